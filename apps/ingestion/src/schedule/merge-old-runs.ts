import type { CompiledView } from "@timewell/model";
import type { MaterializeRun } from "@timewell/store-ports";
import { laterOf } from "@timewell/ttl";

import { coveredByRuns } from "../covered-by-runs.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";

/** Finished runs of a view that are kept as they are. */
export const runsKept = 100;

/** Makes one run of all but the last finished runs of a view, as far as they join; returns how many went. */
export async function mergeOldRuns(
  { offlineCatalog }: Pick<IngestionDeps, "offlineCatalog">,
  view: Pick<CompiledView, "id">,
): Promise<number> {
  const runs = await offlineCatalog.finishedRuns(view.id);
  const { merged, gone } = mergedRun(runs.slice(0, -runsKept)) ?? { gone: [] };
  if (merged !== undefined) await offlineCatalog.replaceRuns(merged, gone);
  return gone.length;
}

/**
 * The last of some runs with the range and the result of all that join what was covered before them, and the numbers of those. What is covered, and
 * what a rebuild reads, is the same with it. Undefined where there are not two.
 */
export function mergedRun(
  runs: readonly MaterializeRun[],
): { readonly merged: MaterializeRun; readonly gone: readonly bigint[] } | undefined {
  const joined: MaterializeRun[] = [];
  for (const run of runs) if (run.fromUs <= coveredByRuns(joined).toUs) joined.push(run);
  const last = joined.at(-1);
  if (joined.length < 2 || last?.finished === undefined) return undefined;
  const covered = coveredByRuns(joined);
  const sum = (count: "rowsRead" | "rowsWritten") =>
    joined.reduce((total, { finished }) => total + (finished?.[count] ?? 0), 0);
  const finished = {
    ...last.finished,
    rowsRead: sum("rowsRead"),
    rowsWritten: sum("rowsWritten"),
    eventTimeMaxUs: joined.reduce<bigint | undefined>(
      (max, run) => laterOf(max, run.finished?.eventTimeMaxUs),
      undefined,
    ),
    createdTimeMaxUs: covered.createdUs,
  };
  const merged = { ...last, fromUs: joined[0]!.fromUs, toUs: covered.toUs, finished };
  return { merged, gone: joined.slice(0, -1).map(({ run }) => run) };
}
