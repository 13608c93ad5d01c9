import type { Guard } from "./guard.ts";

const redis = "libs/stores/redis/src";
const lmdb = "libs/stores/lmdb/src";
const redisTest = `${redis}/redis-online-store.redis.test.ts`;
const clusterTest = `${redis}/redis-cluster.redis.test.ts`;
const lmdbTest = `${lmdb}/lmdb-online-store.test.ts`;

/** Of the online stores: latest wins, first stamps stay, nobody who was overtaken writes. */
export const storeGuards: readonly Guard[] = [
  {
    what: "Redis: an older row replaces a newer one",
    file: `${redis}/apply-script.ts`,
    text: "difference = a - e",
    without: "difference = 1",
    test: redisTest,
  },
  {
    what: "Redis: a stamp that was given changes",
    file: `${redis}/apply-script.ts`,
    text: "if difference == 0 then available = sub(stored, 17, 24) end",
    without: "",
    test: redisTest,
  },
  {
    what: "Redis: an applier that was overtaken writes",
    file: `${redis}/apply-script.ts`,
    text: "if seen and seen > epoch then",
    without: "if seen and seen == '' then",
    test: redisTest,
  },
  {
    what: "Redis: an applier builds on a store that forgot what came before",
    file: `${redis}/apply-script.ts`,
    text: "if not seen and ARGV[4] % 4 >= 2 then",
    without: "if not seen and ARGV[4] % 4 >= 4 then",
    test: redisTest,
  },
  {
    what: "Redis: a watermark goes back",
    file: `${redis}/apply-script.ts`,
    text: "if not before or before < watermark then",
    without: "if not before or before ~= watermark then",
    test: redisTest,
  },
  {
    what: "Redis: a row that changed meanwhile is collected as garbage",
    file: `${redis}/apply-script.ts`,
    text: "if a < high or (a == high and b < low) then",
    without: "if a >= 0 then",
    test: redisTest,
  },
  {
    what: "Redis: who read before a removal writes after it",
    file: `${redis}/redis-online-store.ts`,
    text: 'await this.#writer.timewellRemoval(1, epochsKey, removalPartition, "next");',
    without: "",
    test: redisTest,
  },
  {
    what: "Cluster: a holder of before writes after a removal",
    file: `${redis}/removal-scripts.ts`,
    text: "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end",
    without: "end",
    test: clusterTest,
  },
  {
    what: "Cluster: a batch that is on its way writes after its partition was taken over",
    file: `${redis}/redis-cluster-online-store.ts`,
    text: "const removals = isOfLog && writes.length > 0 ? await this.#removals.fence() : options.fence;",
    without: "const removals = isOfLog && writes.length > 0 ? undefined : options.fence;",
    test: clusterTest,
  },
  {
    what: "LMDB: who was overtaken writes",
    file: `${lmdb}/lmdb-online-store.ts`,
    text: "if (seen === undefined ? held === true : epoch < seen) {",
    without: "if (seen === undefined && held === true) {",
    test: lmdbTest,
  },
  {
    what: "LMDB: an older row replaces a newer one",
    file: `${lmdb}/lmdb-online-store.ts`,
    text: "if (difference < 0) return { written: false, availableTimeUs };",
    without: "",
    test: lmdbTest,
  },
  {
    what: "LMDB: a watermark goes back",
    file: `${lmdb}/lmdb-online-store.ts`,
    text: "if (watermark > (this.#metaNumber(key) ?? -1n))",
    without: "",
    test: lmdbTest,
  },
];
