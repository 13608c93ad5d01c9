import type { Shard } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

/** Most shards of a training set. */
export const shardsMax = 10_000;

/** The shard of a request; the whole is the only shard of one. INVALID_REQUEST for one that is none. */
export function requestedShard(shard: Shard | undefined): { readonly index: number; readonly count: number } {
  if (shard === undefined) return { index: 0, count: 1 };
  const { index, count } = shard;
  if (count >= 1 && count <= shardsMax && index < count) return { index, count };
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot return shard ${index} of ${count}: expected 1 to ${shardsMax} shards, counted from 0`,
    { field: "shard", hint: "Send index 0 to count - 1" },
  );
}
