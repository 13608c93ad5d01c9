import type { EraseReceipt } from "@timewell/contracts";

const names = [
  "onlineRows",
  "logRows",
  "segmentRows",
  "segmentsRewritten",
  "quarantinedRows",
  "labelFiles",
] as const;

/** What a receipt counts. */
export type Counts = Pick<EraseReceipt, (typeof names)[number]>;

/**
 * Keeps the greater of each count in a receipt: what was there when an attempt began, and what it has removed. So nothing is counted
 * twice, and nothing is lost where the process ends between a removal and its record.
 */
export function tally(receipt: EraseReceipt, counts: Partial<Counts>): void {
  for (const name of names) {
    const value = counts[name];
    if (value !== undefined && value > receipt[name]) receipt[name] = value as never;
  }
}
