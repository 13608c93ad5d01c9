import type { Redis } from "ioredis";

/** Commands of one pipeline. */
const batchCommands = 1000;

/** Pipelines that wait for their answers at a time. */
const batchesInFlight = 4;

/** Keys read back at a time. */
const scanCount = 5000;

/** Keys of feature rows begin with this byte, the `{` of the hash tag; the store's own keys do not. */
const rowKeyStart = 0x7b;

/** Every feature row of a Redis: its key and its bytes. */
export interface StoredBytes {
  readonly keys: readonly Buffer[];
  readonly rows: readonly Buffer[];
}

/** Reads all feature rows that a Redis holds. */
export async function readAll(redis: Redis): Promise<StoredBytes> {
  const keys: Buffer[] = [];
  let cursor: string | Buffer = "0";
  do {
    const [next, found] = (await redis.scanBuffer(cursor, "COUNT", scanCount)) as [Buffer, Buffer[]];
    keys.push(...found.filter((key) => key[0] === rowKeyStart));
    cursor = next.toString();
  } while (cursor !== "0");
  const rows: Buffer[] = [];
  for (let at = 0; at < keys.length; at += scanCount) {
    rows.push(...((await redis.mgetBuffer(keys.slice(at, at + scanCount))) as Buffer[]));
  }
  return { keys, rows };
}

/** Writes the same bytes with nothing but `SET`, and returns how long that took, ms. */
export async function setAll(redis: Redis, { keys, rows }: StoredBytes): Promise<number> {
  const start = performance.now();
  const flying: Promise<unknown>[] = [];
  for (let at = 0; at < keys.length; at += batchCommands) {
    const pipeline = redis.pipeline();
    const end = Math.min(at + batchCommands, keys.length);
    for (let i = at; i < end; i++) pipeline.set(keys[i]!, rows[i]!);
    flying.push(pipeline.exec());
    if (flying.length === batchesInFlight) await flying.shift();
  }
  await Promise.all(flying);
  return performance.now() - start;
}
