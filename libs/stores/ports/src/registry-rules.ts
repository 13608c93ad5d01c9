import { FeatureStoreError } from "@timewell/errors";

/** Greatest id of a view version: ids are unsigned 32 bit. */
export const viewIdMax = 4_294_967_295;

/** Refuses a count of ids that is not a whole number from 0, with INVALID_REQUEST. */
export function checkViewIdCount(count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot give ${count} view ids: expected a whole number from 0`,
  );
}

/** The error for `count` more ids than there are. */
export function viewIdsUsedUp(count: number): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot give ${count} more view ids: the registry has at most ${viewIdMax}`,
    { hint: "Start a new registry" },
  );
}

/** The error for a version that does not follow the stored one. `what` names the thing, for example `project rides`. */
export function versionConflict(what: string, version: bigint, storedVersion: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "VERSION_CONFLICT",
    `Cannot save ${what} as version ${version}: the stored version is ${storedVersion}, expected ${version - 1n}`,
    { hint: "Load the latest version and make the change again" },
  );
}
