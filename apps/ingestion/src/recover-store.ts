import { type ErrorKind, FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";

import type { IngestionDeps } from "./ingestion-deps.ts";
import { rewriteRuns, rewriteSegments } from "./rebuild-online.ts";
import { forgottenByRestartUs } from "./start-positions.ts";
import { rewriteFiles } from "./windows/materialize-windows.ts";
import { rewriteTiles } from "./windows/rebuild-windows.ts";
import { isWindowed } from "./windows/stored-tiles.ts";

/**
 * Writes what an online store lost that was restarted: the runs of the last ten minutes, or, where the store has no
 * watermarks and so lost everything, every recorded run and every segment. The log's own rows are applied after it.
 */
export async function recoverStore(
  deps: IngestionDeps,
  lost: { readonly everything: boolean },
  signal: AbortSignal,
): Promise<void> {
  const sinceUs = lost.everything ? 0n : deps.clock.nowUs() - forgottenByRestartUs;
  for (const project of deps.definitions.projects()) {
    for (const view of project.viewsById.values()) {
      const names = { project: project.project, view: view.name };
      try {
        const rows = await recoverView(deps, view, { sinceUs, ...lost }, signal);
        if (rows > 0) deps.log.warn({ ...names, rows }, "the online store lost rows; they are written again");
      } catch (error) {
        // A source that cannot be read must not keep every other view from being served.
        if (signal.aborted || !isOfSource(error)) throw error;
        deps.log.error(
          { err: error, ...names },
          "the online store lost rows that cannot be read again; mend the source and run rebuild-online",
        );
      }
    }
  }
}

async function recoverView(
  deps: IngestionDeps,
  view: CompiledView,
  lost: { readonly sinceUs: bigint; readonly everything: boolean },
  signal: AbortSignal,
): Promise<number> {
  let rows = 0;
  if (isWindowed(view)) {
    const hasFiles = lost.everything || (await hasRunsSince(deps, view, lost.sinceUs));
    if (view.source !== undefined && hasFiles) rows += await rewriteFiles(deps, view, signal);
    return lost.everything ? rows + (await rewriteTiles(deps, view, signal)) : rows;
  }
  if (lost.everything)
    for await (const counts of rewriteSegments(deps, view, signal)) rows += counts.rowsWritten;
  for await (const counts of rewriteRuns(deps, view, lost.sinceUs, signal)) rows += counts.rowsWritten;
  return rows;
}

async function hasRunsSince(deps: IngestionDeps, view: CompiledView, sinceUs: bigint): Promise<boolean> {
  const runs = await deps.offlineCatalog.finishedRuns(view.id);
  return runs.some(({ finished }) => finished !== undefined && finished.finishedAtUs >= sinceUs);
}

const kindsOfSources: readonly ErrorKind[] = [
  "FILE_NOT_FOUND",
  "PATH_NOT_ALLOWED",
  "NO_BATCH_SOURCE",
  "SOURCE_MISMATCH",
  "DATA_LOSS",
  "LIMIT_EXCEEDED",
];

function isOfSource(error: unknown): boolean {
  return error instanceof FeatureStoreError && kindsOfSources.includes(error.kind);
}
