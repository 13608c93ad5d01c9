import { FeatureStoreError } from "@timewell/errors";

/** Most entity rows of one request. */
export const rowsMax = 10_000;

/** Refuses a request of no rows with INVALID_REQUEST, and one of too many with LIMIT_EXCEEDED. */
export function checkRowCount(count: number): void {
  if (count >= 1 && count <= rowsMax) return;
  throw new FeatureStoreError(
    count === 0 ? "INVALID_REQUEST" : "LIMIT_EXCEEDED",
    `Cannot read features for ${count} rows: a request takes 1 to ${rowsMax}`,
    { field: "rows", hint: "Send more than one request" },
  );
}
