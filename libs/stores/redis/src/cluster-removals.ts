import { clusterSlot, redisKey } from "@timewell/keys";
import { type Fence, type OnlineKey, removalPartition } from "@timewell/store-ports";
import type { RedisClusterClient } from "./cluster-client.ts";

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

  /** Removes rows and returns how many were there; one by one: no node takes several keys of a slot that is on its way to another. */
  async remove(keys: readonly OnlineKey[]): Promise<number> {
    const removal = await this.#client.timewellRemoval(1, removalsKey, removalPartition, "next");
    const removed = await Promise.all(
      keys.map(({ viewId, entityKey }) => {
        const noted = removalsOfSlot(clusterSlot(entityKey));
        return this.#client.timewellRemove(2, noted, redisKey(viewId, entityKey), removalPartition, removal);
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
