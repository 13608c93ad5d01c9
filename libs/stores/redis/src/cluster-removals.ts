import { clusterSlot, redisKey } from "@timewell/keys";
import { type ApplyOptions, type Fence, type OnlineKey, removalPartition } from "@timewell/store-ports";
import type { RedisClusterClient } from "./cluster-client.ts";
import { fenced } from "./redis-errors.ts";

/** The last removal of the whole store. */
const removalsKey = "timewell:removals";

const slots = 16_384;
let keysOfSlots: readonly string[] | undefined;

/**
 * Removals on a Cluster, where no script can see rows and a fence of the whole store at once: each removal is noted in the slots of its
 * rows, and whoever writes there under a fence is checked against that in the step that writes.
 */
export class ClusterRemovals {
  readonly #client: RedisClusterClient;

  constructor(client: RedisClusterClient) {
    this.#client = client;
  }

  /** What was taken before the next removal is refused by it. */
  async fence(): Promise<Fence> {
    const removal = await this.#client.timewellRemoval(1, removalsKey, removalPartition, "");
    return { partition: removalPartition, epoch: BigInt(removal) };
  }

  /** Throws FENCED where a row was removed in a slot after the fence was taken. */
  async pass(options: ApplyOptions, slot: number): Promise<void> {
    if (options.fence === undefined) return;
    const noted = await this.#client.hget(removalsOfSlot(slot), String(removalPartition));
    if (noted !== null && BigInt(noted) > options.fence.epoch) throw fenced(options, BigInt(noted));
  }

  /**
   * Removes rows and returns how many were there; one by one: no node takes several keys of a slot that is on its way to another. What is
   * written after the note is refused, and what was written before it is removed.
   */
  async remove(keys: readonly OnlineKey[]): Promise<number> {
    const removal = await this.#client.timewellRemoval(1, removalsKey, removalPartition, "next");
    const removed = await Promise.all(
      keys.map(async ({ viewId, entityKey }) => {
        const noted = removalsOfSlot(clusterSlot(entityKey));
        await this.#client.timewellNoteRemoval(1, noted, removalPartition, removal);
        return this.#client.unlink(redisKey(viewId, entityKey));
      }),
    );
    return removed.reduce((sum, each) => sum + each, 0);
  }
}

/** Key of the hash in a slot that has the last removal of rows of the slot. */
export function removalsOfSlot(slot: number): string {
  keysOfSlots ??= makeKeys();
  return keysOfSlots[slot]!;
}

function makeKeys(): readonly string[] {
  const keys = new Array<string>(slots);
  for (let n = 0, missing = slots; missing > 0; n++) {
    const tag = String(n);
    const slot = clusterSlot(Buffer.from(tag));
    if (keys[slot] !== undefined) continue;
    keys[slot] = `timewell:removals:{${tag}}`;
    missing--;
  }
  return keys;
}
