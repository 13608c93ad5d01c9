import { Status } from "@timewell/contracts";
import type { RowStatus } from "@timewell/ttl";

import { ageSeconds, eventBound } from "../typed/event-bound.ts";
import type { FoundRows } from "./cell-table.ts";

const names = ["PRESENT", "NOT_FOUND", "EXPIRED", "UNAVAILABLE", "NEWER"] as const satisfies RowStatus[];

/** Counts the rows of an answer by status and observes the age of those that are PRESENT. */
export function countFeastRows(
  rowStatuses: Uint8Array,
  { plan, rowCount, stored, from }: FoundRows,
  nowUs: bigint,
): void {
  const now = eventBound(nowUs);
  const counts = [0, 0, 0, 0, 0];
  const width = plan.uses.length;
  for (let u = 0; u < plan.stored.length; u++) {
    const { metrics } = plan.stored[u]!;
    counts.fill(0);
    for (let i = u; i < rowCount * width; i += width) {
      const status = rowStatuses[i]!;
      counts[status - Status.PRESENT]!++;
      if (status === Status.PRESENT) metrics.observeAge(ageSeconds(stored[from + i]!, now));
    }
    for (let s = 0; s < names.length; s++) if (counts[s]! > 0) metrics.countRows(names[s]!, counts[s]!);
  }
}
