import type { GarbageProgress } from "@timewell/store-ports";
import type { Redis } from "ioredis";
import { redisUnavailable } from "./redis-errors.ts";

const scanCount = 2_000;
const signFlip = 1n << 63n;

/**
 * Goes through the keys of a view on one server, and yields for each step how many it saw and how many of those `remove` removed.
 * `bound` is the eight bytes of a header below which an event time is old.
 */
export async function* collectNodeGarbage(
  node: Redis,
  viewId: number,
  eventTimeBeforeUs: bigint,
  remove: (keys: Buffer[], bound: Buffer) => Promise<number>,
): AsyncGenerator<GarbageProgress> {
  const pattern = keyPattern(viewId);
  const bound = Buffer.allocUnsafe(8);
  bound.writeBigUInt64BE(BigInt.asUintN(64, eventTimeBeforeUs) ^ signFlip);
  let cursor = "0";
  do {
    let step: GarbageProgress;
    try {
      const [next, keys] = await scan(node, cursor, pattern);
      cursor = next.toString();
      step = {
        rowsScanned: keys.length,
        rowsRemoved: keys.length === 0 ? 0 : await remove(keys, bound),
      };
    } catch (reason) {
      throw redisUnavailable("remove rows from", reason);
    }
    yield step;
  } while (cursor !== "0");
}

/** One step through all keys. The client's own method takes patterns that are text only. */
async function scan(client: Redis, cursor: string, pattern: Buffer): Promise<[Buffer, Buffer[]]> {
  const answer = await client.callBuffer("SCAN", cursor, "MATCH", pattern, "COUNT", scanCount);
  return answer as [Buffer, Buffer[]];
}

/** A glob that only the keys of a view match: what is special in a glob is escaped. */
function keyPattern(viewId: number): Buffer {
  const id = Buffer.allocUnsafe(4);
  id.writeUInt32BE(viewId);
  const escaped = [...id].flatMap((byte) =>
    "*?[]\\^-".includes(String.fromCharCode(byte)) ? [0x5c, byte] : [byte],
  );
  return Buffer.from([..."{*}"].map((char) => char.charCodeAt(0)).concat(escaped));
}
