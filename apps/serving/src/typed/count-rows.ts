import { Status } from "@timewell/contracts";
import type { RowStatus } from "@timewell/ttl";

import type { ViewMetrics } from "../serving-deps.ts";
import { ageSeconds, eventBound } from "./event-bound.ts";
import type { StoredRow } from "./gathering.ts";

const statusNames = [
  "PRESENT",
  "NOT_FOUND",
  "EXPIRED",
  "UNAVAILABLE",
  "NEWER",
] as const satisfies RowStatus[];

/** The rows of an answer: for each row one for each view, `width` in all. */
export interface AnsweredRows {
  /** The views that were read; what is computed comes behind them. */
  readonly uses: readonly { readonly metrics: ViewMetrics }[];
  readonly width: number;
  readonly rowCount: number;
  /** `Status` of each. */
  readonly statuses: Uint8Array;
  /** From `from` on. */
  readonly stored: readonly StoredRow[];
  readonly from: number;
}

/** Counts the rows of an answer by status and observes the age of those that are PRESENT. */
export function countRows(rows: AnsweredRows, servedAtUs: bigint): void {
  const { uses, width, rowCount, statuses, stored, from } = rows;
  const servedAt = eventBound(servedAtUs);
  for (let u = 0; u < uses.length; u++) {
    const { metrics } = uses[u]!;
    let present = 0;
    for (let i = u; i < rowCount * width; i += width) {
      if (statuses[i] !== Status.PRESENT) continue;
      present++;
      metrics.observeAge(ageSeconds(stored[from + i]!, servedAt));
    }
    if (present > 0) metrics.countRows("PRESENT", present);
    if (present < rowCount) countOthers(rows, u, metrics);
  }
}

function countOthers({ width, rowCount, statuses }: AnsweredRows, use: number, metrics: ViewMetrics): void {
  const counts = [0, 0, 0, 0, 0];
  for (let i = use; i < rowCount * width; i += width) counts[statuses[i]! - Status.PRESENT]!++;
  counts.forEach((count, i) => {
    if (i > 0 && count > 0) metrics.countRows(statusNames[i]!, count);
  });
}
