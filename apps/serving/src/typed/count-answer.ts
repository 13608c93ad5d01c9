import { Status } from "@timewell/contracts";
import type { RowStatus } from "@timewell/ttl";

import { ageSeconds, eventBound } from "./event-bound.ts";
import type { StoredRow } from "./gathering.ts";
import type { RequestPlan } from "./request-plan.ts";

const statusNames = [
  "PRESENT",
  "NOT_FOUND",
  "EXPIRED",
  "UNAVAILABLE",
  "NEWER",
] as const satisfies RowStatus[];

/** Counts the rows of an answer by status and observes the age of those that are PRESENT. `statuses` has for each row one for each use. */
export function countAnswer(
  { uses }: RequestPlan,
  rowCount: number,
  statuses: Uint8Array,
  servedAtUs: bigint,
  stored: readonly StoredRow[],
  from: number,
): void {
  const servedAt = eventBound(servedAtUs);
  for (let u = 0; u < uses.length; u++) {
    const { metrics } = uses[u]!;
    let present = 0;
    for (let i = u; i < rowCount * uses.length; i += uses.length) {
      if (statuses[i] !== Status.PRESENT) continue;
      present++;
      metrics.observeAge(ageSeconds(stored[from + i]!, servedAt));
    }
    if (present > 0) metrics.countRows("PRESENT", present);
    if (present < rowCount) countOthers(uses.length, u, rowCount, statuses, metrics.countRows);
  }
}

function countOthers(
  width: number,
  use: number,
  rowCount: number,
  statuses: Uint8Array,
  countRows: (status: RowStatus, rows: number) => void,
): void {
  const counts = [0, 0, 0, 0, 0];
  for (let i = use; i < rowCount * width; i += width) counts[statuses[i]! - Status.PRESENT]!++;
  counts.forEach((count, i) => {
    if (i > 0 && count > 0) countRows(statusNames[i]!, count);
  });
}
