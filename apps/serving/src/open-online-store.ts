import { FeatureStoreError } from "@timewell/errors";
import { openLmdbOnlineStore } from "@timewell/store-lmdb";
import type { OnlineStore } from "@timewell/store-ports";
import { openRedisOnlineStore } from "@timewell/store-redis";
import type { Clock } from "@timewell/ttl";

/** Opens the online store that `--online` names. */
export async function openOnlineStore(
  online: string,
  options: { readonly clock: Clock; readonly readTimeoutMs: number },
): Promise<OnlineStore> {
  if (online.startsWith("lmdb:"))
    return openLmdbOnlineStore({ path: online.slice("lmdb:".length), clock: options.clock });
  if (/^redis(s|\+sentinel|-cluster|s-cluster)?:\/\//.test(online))
    return openRedisOnlineStore({ url: online, readTimeoutMs: options.readTimeoutMs });
  throw new FeatureStoreError(
    "INVALID_CONFIG",
    "Cannot use --online: expected redis://…, rediss://…, redis+sentinel://…, redis-cluster://… or lmdb:FOLDER",
    {
      hint: "For example --online redis://127.0.0.1:6379",
    },
  );
}
