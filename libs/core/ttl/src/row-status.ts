import { isAlive, isPastForgetting } from "./expiry.ts";

/**
 * What a read says of one row of one view.
 *
 * - `PRESENT`: here it is; a feature without a value is NULL.
 * - `NOT_FOUND`: no row, a tombstone, or one past ttl and grace.
 * - `EXPIRED`: older than the ttl; its values are withheld.
 * - `UNAVAILABLE`: the store did not answer in time. `rowStatus` never says it.
 * - `NEWER`: the store holds only a row from after the instant asked about.
 */
export type RowStatus = "PRESENT" | "NOT_FOUND" | "EXPIRED" | "UNAVAILABLE" | "NEWER";

/**
 * Judges a row at an instant. Online and offline use this one function, or are tested against it.
 *
 * `row` is undefined where there is none. `ttlUs` is the effective one (`effectiveTtlUs`), `forgetAfterUs` that of the
 * view's own ttl (`forgetAfterUs()`); 0 is for ever in both. A row from after `atUs` is NEWER even if it is a tombstone: what
 * was there before it is not known.
 */
export function rowStatus(
  row: { readonly eventTimeUs: bigint; readonly deleted: boolean } | undefined,
  atUs: bigint,
  ttlUs: bigint,
  forgetAfterUs: bigint,
): Exclude<RowStatus, "UNAVAILABLE"> {
  if (row === undefined) return "NOT_FOUND";
  if (row.eventTimeUs > atUs) return "NEWER";
  if (row.deleted || isPastForgetting(row.eventTimeUs, atUs, forgetAfterUs)) return "NOT_FOUND";
  return isAlive(row.eventTimeUs, atUs, ttlUs) ? "PRESENT" : "EXPIRED";
}
