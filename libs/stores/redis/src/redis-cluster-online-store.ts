import { clusterSlot, redisKey, splitRedisKey } from "@timewell/keys";
import {
  type ApplyOptions,
  type ApplyOutcome,
  type Fence,
  type GarbageProgress,
  type OnlineKey,
  type OnlineKeys,
  type OnlineStore,
  type OnlineWrite,
  placesBy,
  removalPartition,
} from "@timewell/store-ports";
import type { Redis } from "ioredis";
import { createHash } from "node:crypto";
import { answered } from "./answered.ts";
import { chunkEnds, decodeOutcomes, encodeChunk } from "./apply-chunks.ts";
import { BatchesUnderWay } from "./batches-under-way.ts";
import { checkRedis, redisInfo } from "./check-redis.ts";
import { endRedisCluster, type RedisClusterClient } from "./cluster-client.ts";
import { ClusterPartitions } from "./cluster-partitions.ts";
import { ClusterRemovals, removalsOfSlot } from "./cluster-removals.ts";
import { collectNodeGarbage } from "./collect-node-garbage.ts";
import { redisUnavailable } from "./redis-errors.ts";

/** Script calls of one batch that are on their way at once: a slot has few rows of it, so they are many and small. */
const callsInFlightMax = 256;

/**
 * The online store on a Redis Cluster. All views of an entity share a slot. A read is one round trip to each master that has
 * a part of it: an `MGET` for each slot, in one write to its socket. A batch of rows is one script call for each slot.
 */
export class RedisClusterOnlineStore implements OnlineStore {
  readonly engine = "redis";
  readonly expiresPhysically = true;
  readonly #reader: RedisClusterClient;
  readonly #writer: RedisClusterClient;
  readonly #partitions: ClusterPartitions;
  readonly #removals: ClusterRemovals;
  readonly #batches = new BatchesUnderWay();

  /** The store ends both clients when it is closed. */
  constructor(reader: RedisClusterClient, writer: RedisClusterClient) {
    this.#reader = reader;
    this.#writer = writer;
    this.#partitions = new ClusterPartitions(writer);
    this.#removals = new ClusterRemovals(writer);
  }

  shardOf({ entityKey }: OnlineKey): number {
    return this.#shardOfSlot(clusterSlot(entityKey));
  }

  async read(keys: OnlineKeys): Promise<(Uint8Array | undefined)[]> {
    const rows = new Array<Uint8Array | undefined>(keys.length);
    const bySlot = placesBy(keys.length, (i) => clusterSlot(keys.at(i)!.entityKey));
    const shards = Map.groupBy(bySlot, ([slot]) => this.#shardOfSlot(slot));
    const reads = [...shards.values()].map((slots) =>
      this.#readShard(
        keys,
        slots.map(([, places]) => places),
        rows,
      ),
    );
    await answered("read from", () => Promise.all(reads));
    return rows;
  }

  async apply(writes: readonly OnlineWrite[], options: ApplyOptions = {}): Promise<ApplyOutcome[]> {
    if (writes.length === 0 && options.fence === undefined) return [];
    return this.#batches.add(options, this.#applyBySlot(writes, options));
  }

  async watermarks(): Promise<Map<number, bigint>> {
    return answered("read from", () => this.#partitions.watermarks());
  }

  /** Changes with the run id of any master. */
  async runId(): Promise<string> {
    const ids = await answered("read from", () =>
      Promise.all(
        this.#masters(this.#reader).map(
          async (node) => (await redisInfo(node, "server")).get("run_id") ?? "",
        ),
      ),
    );
    return `redis-cluster-${createHash("sha256").update(ids.sort().join()).digest("hex").slice(0, 40)}`;
  }

  async *collectGarbage(viewId: number, eventTimeBeforeUs: bigint): AsyncIterable<GarbageProgress> {
    let rowsScanned = 0;
    let rowsRemoved = 0;
    for (const node of this.#masters(this.#writer)) {
      const remove = (keys: Buffer[], bound: Buffer) => this.#removeGarbage(keys, bound);
      for await (const step of collectNodeGarbage(node, viewId, eventTimeBeforeUs, remove)) {
        rowsScanned += step.rowsScanned;
        rowsRemoved += step.rowsRemoved;
        if (step.rowsScanned > 0) yield { rowsScanned, rowsRemoved };
      }
    }
    yield { rowsScanned, rowsRemoved };
  }

  async remove(keys: readonly OnlineKey[]): Promise<number> {
    return answered("remove rows from", () => this.#removals.remove(keys));
  }

  async removalFence(): Promise<Fence> {
    return answered("read from", () => this.#removals.fence());
  }

  async check(): Promise<void> {
    await answered("check", async () => {
      for (const node of this.#masters(this.#reader)) await checkRedis(node, true);
    });
  }

  async close(): Promise<void> {
    await this.#batches.ended();
    await Promise.all([endRedisCluster(this.#reader), endRedisCluster(this.#writer)]);
  }

  /** A number for each set of nodes that serve the same slots. */
  #shardOfSlot(slot: number): number {
    return this.#reader._groupsBySlot?.[slot] ?? -1;
  }

  #masters(client: RedisClusterClient): Redis[] {
    const masters = client.nodes("master");
    if (client.status !== "ready" || masters.length === 0)
      throw redisUnavailable("find", new Error("no Cluster"));
    return masters;
  }

  /** Reads the rows of one shard into their places; `slots` has the places of each slot. */
  async #readShard(
    keys: OnlineKeys,
    slots: readonly (readonly number[])[],
    rows: (Uint8Array | undefined)[],
  ): Promise<void> {
    const pipeline = this.#reader.pipeline();
    const keysOf = (places: readonly number[]) =>
      places.map((i) => {
        const { viewId, entityKey } = keys.at(i)!;
        return redisKey(viewId, entityKey);
      });
    for (const places of slots) pipeline.mgetBuffer(keysOf(places));
    const answers = (await pipeline.exec())!;
    for (const [s, places] of slots.entries()) {
      const [error, answered] = answers[s]! as [Error | null, (Buffer | null)[]];
      // The rows of a slot that is on its way to another node are asked for one by one: the client follows the redirection of
      // each, and no node answers for several of which it does not have all.
      const moved = error !== null && /^(MOVED|ASK|TRYAGAIN)/.test(error.message);
      if (error !== null && !moved) throw error;
      const found = moved
        ? await Promise.all(keysOf(places).map((key) => this.#reader.getBuffer(key)))
        : answered;
      for (let i = 0; i < places.length; i++) rows[places[i]!] = found[i] ?? undefined;
    }
  }

  async #applyBySlot(writes: readonly OnlineWrite[], options: ApplyOptions): Promise<ApplyOutcome[]> {
    const { watermark, onEqual } = options;
    const isOfLog = options.fence !== undefined && options.fence.partition !== removalPartition;
    const fence = isOfLog ? options.fence : undefined;
    // Before the fence of the partition: who takes that over, and removes rows then, does so after it.
    const removals = isOfLog && writes.length > 0 ? await this.#removals.fence() : options.fence;
    if (fence !== undefined) await this.#partitions.pass(fence, writes.length === 0 ? watermark : undefined);
    if (writes.length === 0) return [];
    const outcomes = new Array<ApplyOutcome>(writes.length);
    const inFlight = new Set<Promise<void>>();
    for (const places of placesBy(writes.length, (i) => clusterSlot(writes[i]!.entityKey)).values()) {
      const ofSlot = places.map((i) => writes[i]!);
      let start = 0;
      for (const end of chunkEnds(ofSlot)) {
        if (inFlight.size >= callsInFlightMax) await Promise.race(inFlight);
        const from = start;
        const calling = this.#applyChunk(ofSlot, from, end, { onEqual, fence: removals }).then((made) => {
          inFlight.delete(calling);
          for (const [j, outcome] of made.entries()) outcomes[places[from + j]!] = outcome;
        });
        // Seen where it is awaited; until then it must not count as unhandled.
        calling.catch(() => undefined);
        inFlight.add(calling);
        start = end;
      }
    }
    await Promise.all(inFlight);
    if (fence !== undefined && watermark !== undefined)
      await this.#partitions.pass({ ...fence, held: true }, watermark);
    return outcomes;
  }

  async #applyChunk(
    writes: readonly OnlineWrite[],
    start: number,
    end: number,
    options: ApplyOptions,
  ): Promise<ApplyOutcome[]> {
    const slot = clusterSlot(writes[start]!.entityKey);
    const { keys, args } = encodeChunk(writes, start, end, options, false);
    // What the script does not touch, any key of the slot stands in for: watermarks, and removals where there is no fence.
    args[0] = options.fence === undefined ? args[2]! : removalsOfSlot(slot);
    args[1] = args[2]!;
    const made: ApplyOutcome[] = [];
    try {
      decodeOutcomes(await this.#writer.timewellApplyBuffer(keys, ...args), made);
    } catch (reason) {
      // Of a slot that is on its way to another node, no node takes several keys of which it does not have all: rows go alone, and what
      // was removed is looked up before.
      const isHalfMoved = reason instanceof Error && /MOVED|ASK|TRYAGAIN/.test(reason.message);
      if (!isHalfMoved || (end - start === 1 && options.fence === undefined)) throw reason;
      await this.#removals.pass(options, slot);
      const alone = { ...options, fence: undefined };
      for (let i = start; i < end; i++) made.push(...(await this.#applyChunk(writes, i, i + 1, alone)));
    }
    return made;
  }

  async #removeGarbage(keys: readonly Buffer[], bound: Buffer): Promise<number> {
    const slots = Map.groupBy(keys, (key) => clusterSlot(splitRedisKey(key).entityKey));
    const removed = await Promise.all(
      [...slots.values()].map((ofSlot) => this.#writer.timewellGarbage(ofSlot.length, ...ofSlot, bound)),
    );
    return removed.reduce((sum, each) => sum + each, 0);
  }
}
