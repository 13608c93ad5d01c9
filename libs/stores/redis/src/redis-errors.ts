import { FeatureStoreError } from "@timewell/errors";
import type { ApplyOptions } from "@timewell/store-ports";

/** What to do about errors that a server answers, by the word that they begin with. */
const hints: Readonly<Record<string, string>> = {
  OOM: "Give Redis more memory, or remove rows with `timewell gc`",
  READONLY: "A failover is under way, or the URL names a replica; try again",
  LOADING: "Redis is loading its data; try again",
  CLUSTERDOWN: "A master of the Cluster is gone and no replica took its slots over; start it again",
  NOAUTH: "Set the password in the Redis URL",
  WRONGPASS: "Correct the user and password in the Redis URL",
  NOPERM: "Allow the Redis user the commands that the store's README lists",
};

/** Turns whatever a call to Redis threw into STORE_UNAVAILABLE, with the error as its cause. */
export function redisUnavailable(verb: string, reason: unknown): FeatureStoreError {
  if (reason instanceof FeatureStoreError) return reason;
  const word = reason instanceof Error ? (/^[A-Z]+/.exec(reason.message)?.[0] ?? "") : "";
  return new FeatureStoreError("STORE_UNAVAILABLE", `Cannot ${verb} Redis: it did not answer as it should`, {
    hint: hints[word] ?? "Check that Redis runs and can be reached; the store connects again by itself",
    cause: reason,
  });
}

/** The highest epoch that the script has seen, where it refused a fence; else undefined. */
export function fencedEpoch(reason: unknown): bigint | undefined {
  const digits = reason instanceof Error ? /FENCED (\d+)/.exec(reason.message)?.[1] : undefined;
  return digits === undefined ? undefined : BigInt(digits);
}

/** The error of a batch whose fence the script refused. */
export function fenced({ fence }: ApplyOptions, seen: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "FENCED",
    `Cannot apply rows of partition ${fence?.partition}: the lease has epoch ${fence?.epoch}, the store has seen epoch ${seen === 0n ? "none" : seen}`,
    { hint: "Acquire the lease again" },
  );
}
