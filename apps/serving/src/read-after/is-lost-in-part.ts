import { FeatureStoreError } from "@timewell/errors";

/** True where a failed wait or read is answered with rows that are UNAVAILABLE, because the caller allows it. */
export function isLostInPart(reason: unknown, allowPartial: boolean): boolean {
  return allowPartial && reason instanceof FeatureStoreError && reason.kind === "STORE_UNAVAILABLE";
}
