import type { IngestionDeps } from "./ingestion-deps.ts";
import { rewriteRuns, rewriteSegments } from "./rebuild-online.ts";
import { forgottenByRestartUs } from "./start-positions.ts";

/**
 * Writes what an online store lost that was restarted: the runs of the last ten minutes, or, where the store has no
 * watermarks and so lost everything, every recorded run and every segment. The log's own rows are applied after it.
 */
export async function recoverStore(
  deps: IngestionDeps,
  lost: { readonly everything: boolean },
): Promise<void> {
  const signal = new AbortController().signal;
  const sinceUs = lost.everything ? 0n : deps.clock.nowUs() - forgottenByRestartUs;
  for (const project of deps.definitions.projects()) {
    for (const view of project.viewsById.values()) {
      let rows = 0;
      for await (const counts of rewriteRuns(deps, view, sinceUs, signal)) rows += counts.rowsWritten;
      if (lost.everything)
        for await (const counts of rewriteSegments(deps, view, signal)) rows += counts.rowsWritten;
      if (rows > 0)
        deps.log.warn(
          { project: project.project, view: view.name, rows },
          "the online store lost rows; they are written again",
        );
    }
  }
}
