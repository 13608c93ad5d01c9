import { redisKey } from "@timewell/keys";
import {
  type ApplyOptions,
  type ApplyOutcome,
  type Fence,
  type GarbageProgress,
  type OnlineKey,
  type OnlineKeys,
  type OnlineStore,
  type OnlineWrite,
  removalPartition,
} from "@timewell/store-ports";
import { type Clock, systemClock } from "@timewell/ttl";
import { answered } from "./answered.ts";
import { chunkEnds, decodeOutcomes, encodeChunk } from "./apply-chunks.ts";
import { applyScript, epochsKey, watermarksKey } from "./apply-script.ts";
import { BatchesUnderWay } from "./batches-under-way.ts";
import { Script } from "./call-script.ts";
import { checkRedis, redisInfo } from "./check-redis.ts";
import { connectRedisCluster } from "./cluster-client.ts";
import { collectNodeGarbage } from "./collect-node-garbage.ts";
import { connectRedis, endRedis, type RedisClient } from "./redis-client.ts";
import { RedisClusterOnlineStore } from "./redis-cluster-online-store.ts";
import { parseRedisUrl, type RedisAddress } from "./redis-url.ts";
import { RowConnection } from "./row-connection.ts";

/** How to open the online store. */
export interface RedisOnlineStoreOptions {
  /** Drawn in `redis-url.ts`: one server, over TLS or not, the Sentinels of one, or nodes of a Cluster. */
  readonly url: string;
  /** Certificates and the like for `rediss://`. */
  readonly tls?: RedisAddress["tls"] | undefined;
  /** A read that takes longer fails with STORE_UNAVAILABLE; 250 by default. */
  readonly readTimeoutMs?: number | undefined;
  /** The same for a script call that writes; 5,000 by default. */
  readonly writeTimeoutMs?: number | undefined;
  /** Measures the times; the system's by default. */
  readonly clock?: Clock | undefined;
  /** Hears of failures of the connection, which is made again by itself. */
  readonly onConnectionError?: ((error: unknown) => void) | undefined;
}

const readTimeoutDefaultMs = 250;
const writeTimeoutDefaultMs = 5_000;
/** Script calls of one batch that are on their way at once. */
const chunksInFlightMax = 8;
const apply = new Script(applyScript);

/**
 * Opens the online store on Redis or Valkey, version 7 or later. It resolves also where no server answers: the store
 * then fails with STORE_UNAVAILABLE until one does. INVALID_CONFIG for a URL that cannot be read.
 *
 * Rows are read over a connection of their own, so that a read never waits behind a batch in a socket. A row is a string under
 * `redisKey`, so that all views of an entity share a Cluster slot.
 */
export async function openRedisOnlineStore(options: RedisOnlineStoreOptions): Promise<OnlineStore> {
  const address = {
    ...parseRedisUrl(options.url),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  };
  const onConnectionError = options.onConnectionError ?? (() => undefined);
  const { readTimeoutMs = readTimeoutDefaultMs, writeTimeoutMs = writeTimeoutDefaultMs } = options;
  const { clock = systemClock() } = options;
  const common = { address, onConnectionError };
  if (address.clusterNodes !== undefined) {
    const nodes = address.clusterNodes;
    const [reader, writer] = await Promise.all([
      connectRedisCluster(nodes, { ...common, name: "timewell-read", commandTimeoutMs: readTimeoutMs }),
      connectRedisCluster(nodes, { ...common, name: "timewell-write", commandTimeoutMs: writeTimeoutMs }),
    ]);
    return new RedisClusterOnlineStore(reader, writer);
  }
  const reading = { ...common, name: "timewell-read", commandTimeoutMs: readTimeoutMs };
  const [reader, writer] = await Promise.all([
    connectRedis(reading),
    connectRedis({ ...common, name: "timewell-write", commandTimeoutMs: writeTimeoutMs }),
  ]);
  const rows = new RowConnection(reader, { ...reading, name: "timewell-rows" }, clock);
  await rows.tried;
  return new RedisOnlineStore(rows, reader, writer);
}

class RedisOnlineStore implements OnlineStore {
  readonly engine = "redis";
  readonly expiresPhysically = true;
  readonly #rows: RowConnection;
  readonly #reader: RedisClient;
  readonly #writer: RedisClient;
  readonly #batches = new BatchesUnderWay();

  constructor(rows: RowConnection, reader: RedisClient, writer: RedisClient) {
    this.#rows = rows;
    this.#reader = reader;
    this.#writer = writer;
  }

  async read(keys: OnlineKeys): Promise<(Uint8Array | undefined)[]> {
    if (keys.length === 0) return [];
    return answered("read from", () => this.#rows.mget(keys));
  }

  async apply(writes: readonly OnlineWrite[], options: ApplyOptions = {}): Promise<ApplyOutcome[]> {
    if (writes.length === 0 && options.fence === undefined) return [];
    return this.#batches.add(options, this.#applyChunks(writes, options));
  }

  async watermarks(): Promise<Map<number, bigint>> {
    const stored = await answered("read from", () => this.#reader.hgetall(watermarksKey));
    const pairs = Object.entries(stored).map(
      ([partition, digits]) => [Number(partition), BigInt(digits)] as const,
    );
    return new Map(pairs);
  }

  async runId(): Promise<string> {
    const info = await answered("read from", () => redisInfo(this.#reader, "server"));
    return `redis-${info.get("run_id")}`;
  }

  async *collectGarbage(viewId: number, eventTimeBeforeUs: bigint): AsyncIterable<GarbageProgress> {
    const remove = (keys: Buffer[], bound: Buffer) =>
      this.#writer.timewellGarbage(keys.length, ...keys, bound);
    let rowsScanned = 0;
    let rowsRemoved = 0;
    for await (const step of collectNodeGarbage(this.#writer, viewId, eventTimeBeforeUs, remove)) {
      rowsScanned += step.rowsScanned;
      rowsRemoved += step.rowsRemoved;
      yield { rowsScanned, rowsRemoved };
    }
  }

  async remove(keys: readonly OnlineKey[]): Promise<number> {
    if (keys.length === 0) return 0;
    const rowKeys = keys.map(({ viewId, entityKey }) => redisKey(viewId, entityKey));
    return answered("remove rows from", async () => {
      await this.#writer.timewellRemoval(1, epochsKey, removalPartition, "next");
      return this.#writer.unlink(...rowKeys);
    });
  }

  async removalFence(): Promise<Fence> {
    const removal = await answered("read from", () =>
      this.#writer.timewellRemoval(1, epochsKey, removalPartition, ""),
    );
    return { partition: removalPartition, epoch: BigInt(removal), held: true };
  }

  async check(): Promise<void> {
    await answered("check", () => checkRedis(this.#reader));
  }

  async close(): Promise<void> {
    await this.#batches.ended();
    this.#rows.close();
    await Promise.all([endRedis(this.#reader), endRedis(this.#writer)]);
  }

  /**
   * Sends chunks in order, several at a time. The last chunk carries the watermark and waits for the others, so that the
   * watermark never says more than what is there.
   */
  async #applyChunks(writes: readonly OnlineWrite[], options: ApplyOptions): Promise<ApplyOutcome[]> {
    const { watermark, ...withoutWatermark } = options;
    const ends = chunkEnds(writes);
    const inFlight: Promise<Buffer>[] = [];
    const answers: Promise<Buffer>[] = [];
    for (const [i, end] of ends.entries()) {
      const isLast = i === ends.length - 1;
      if (isLast && watermark !== undefined) await Promise.all(inFlight.splice(0));
      if (inFlight.length === chunksInFlightMax) await inFlight.shift();
      const { keys, args } = encodeChunk(
        writes,
        i === 0 ? 0 : ends[i - 1]!,
        end,
        isLast ? options : withoutWatermark,
      );
      const answer = apply.call(this.#writer, keys, args);
      // The rejection is seen where it is awaited; until then it must not count as unhandled.
      answer.catch(() => undefined);
      inFlight.push(answer);
      answers.push(answer);
    }
    const outcomes: ApplyOutcome[] = [];
    for (const answer of answers) decodeOutcomes(await answer, outcomes);
    return outcomes;
  }
}
