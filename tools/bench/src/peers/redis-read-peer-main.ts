// Bare ioredis: MGET of the same keys, so many at a time, for so long.
import { Redis } from "ioredis";
import type { RedisReads, RedisReadsAnswer } from "./redis-read-peer.ts";

const redis = new Redis(process.argv[2]!);

process.on("message", (reads: RedisReads) => {
  void run(reads).then((answer) => process.send!(answer));
});
process.on("disconnect", () => process.exit());

async function run({ keySets, inFlight, ms }: RedisReads): Promise<RedisReadsAnswer> {
  const sets = keySets.map((keys) => keys.map((key) => Buffer.from(key)));
  const startMs = performance.now();
  let next = 0;
  let done = 0;
  let missing = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - startMs < ms) {
      const rows = await redis.mgetBuffer(sets[next++ % sets.length]!);
      for (const row of rows) if (row === null) missing++;
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { perSecond: done / ((performance.now() - startMs) / 1000), missing };
}
