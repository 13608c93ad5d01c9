import type { MaterializeRun } from "@timewell/store-ports";
import { timeMinUs, laterOf } from "@timewell/ttl";

/** What the finished runs of a view leave to the next incremental one. */
export interface Covered {
  /** Every row with an event time before this, µs UTC, that was there then was read; the least time where no run counts. */
  readonly toUs: bigint;
  /**
   * Of the rows before that, those created after this, µs UTC, may have come since; undefined where any row may, because
   * no created time is known.
   */
  readonly createdUs: bigint | undefined;
}

/**
 * Adds finished runs up, in their order. A run counts where its range joins what is covered already: one that begins after a
 * gap covers nothing for good, because the rows in the gap are still to come. Created times count only where a
 * run read all that is covered: any other may have passed over a row that came late.
 */
export function coveredByRuns(runs: readonly MaterializeRun[]): Covered {
  let covered: Covered = { toUs: timeMinUs, createdUs: undefined };
  for (const { fromUs, toUs, finished } of runs) {
    if (finished === undefined || fromUs > covered.toUs) continue;
    const readAll = fromUs <= timeMinUs && toUs >= covered.toUs;
    covered = {
      toUs: laterOf(covered.toUs, toUs) as bigint,
      createdUs: readAll ? laterOf(covered.createdUs, finished.createdTimeMaxUs) : covered.createdUs,
    };
  }
  return covered;
}
