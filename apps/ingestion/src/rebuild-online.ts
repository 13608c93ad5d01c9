import { create } from "@bufbuild/protobuf";
import { type Progress, ProgressSchema } from "@timewell/contracts";
import type { CompiledView } from "@timewell/model";
import {
  type LogRow,
  logPartitions,
  type MaterializeRun,
  type OnlineWrite,
  viewHistory,
} from "@timewell/store-ports";

import { UnerasedWrites } from "./erase/unerased-writes.ts";
import type { IngestionDeps } from "./ingestion-deps.ts";
import { sourceOf } from "./materialize.ts";
import { onlineWrite } from "./partition-applier.ts";
import { sameStore } from "./same-store.ts";
import { segmentPaths } from "./segment-paths.ts";
import { wereReplaced } from "./segments/were-replaced.ts";
import { rebuildWindows } from "./windows/rebuild-windows.ts";
import { isWindowed } from "./windows/stored-tiles.ts";
import { writeAll } from "./write-all.ts";
import type { WriteCounts } from "./write-encoded.ts";

const pageRows = 2_000;

/**
 * Writes the online rows of a view again: every recorded run from its source, the applied rows of the log, every
 * segment. Rows keep their event time, order and stamp; an equal row that was damaged in the store is replaced.
 */
export async function* rebuildOnline(
  deps: IngestionDeps,
  view: CompiledView,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  if (isWindowed(view)) return yield* rebuildWindows(deps, view, signal);
  const sums = { read: 0, written: 0, expired: 0 };
  const progress = (done: boolean) =>
    create(ProgressSchema, {
      rowsRead: BigInt(sums.read),
      rowsWritten: BigInt(sums.written),
      rowsExpired: BigInt(sums.expired),
      done,
    });
  const checkStore = await sameStore(deps, `the rebuild of ${view.name}`);
  // The log first: what is flushed to a segment meanwhile is read a second time, and never not at all.
  const parts = [
    rewriteRuns(deps, view, 0n, signal),
    rewriteLog(deps, view, signal),
    rewriteSegments(deps, view, signal),
  ];
  for (const part of parts) {
    for await (const counts of part) {
      sums.read += counts.rowsRead;
      sums.written += counts.rowsWritten;
      sums.expired += counts.rowsExpired;
      yield progress(false);
    }
  }
  await checkStore();
  yield progress(true);
}

/** Runs again the recorded runs that finished at or after the instant, under their own numbers. */
export async function* rewriteRuns(
  deps: IngestionDeps,
  view: CompiledView,
  finishedSinceUs: bigint,
  signal: AbortSignal,
): AsyncGenerator<WriteCounts> {
  const runs = (await deps.offlineCatalog.finishedRuns(view.id)).filter(
    (run) => run.finished !== undefined && run.finished.finishedAtUs >= finishedSinceUs,
  );
  if (runs.length === 0) return;
  const history = viewHistory(view, { source: await sourceOf(deps, view) });
  for (const { fromUs, toUs, run } of withoutCovered(runs)) {
    const scan = {
      history,
      fromUs,
      toUs,
      createdFromUs: undefined,
      createdUntilUs: deps.clock.nowUs(),
      // Rows are replaced, so that of equal ones the last would stay: there must be but the first, which a run keeps.
      firstOfEqual: true,
      run,
    };
    for await (const { counts } of writeAll(
      deps,
      view,
      deps.offlineEngine.scanSource(scan, signal),
      "replace",
    ))
      yield counts;
  }
}

/** Drops runs whose whole range a later run covered: each of their rows has a greater order there. */
function withoutCovered(runs: readonly MaterializeRun[]): MaterializeRun[] {
  return runs.filter(
    (run) =>
      !runs.some((later) => later.run > run.run && later.fromUs <= run.fromUs && later.toUs >= run.toUs),
  );
}

/** Writes the rows of every segment of a view, with their recorded stamps. */
export async function* rewriteSegments(
  deps: IngestionDeps,
  view: CompiledView,
  signal: AbortSignal,
): AsyncGenerator<WriteCounts> {
  const { segments } = await deps.offlineCatalog.manifest();
  const history = viewHistory(view, { segments: segmentPaths(deps.offlineRoot, segments, view.id) });
  if (history.segments.length === 0) return;
  const batches = deps.offlineEngine.scanSegments(history, signal);
  try {
    for await (const { counts } of writeAll(deps, view, batches, "replace")) yield counts;
  } catch (error) {
    const ofView = segments.filter(({ viewId }) => viewId === view.id);
    if (!(await wereReplaced(deps, ofView, error))) throw error;
    yield* rewriteSegments(deps, view, signal);
  }
}

/** Writes the rows of the log that are applied and in no segment yet. */
async function* rewriteLog(
  deps: IngestionDeps,
  view: CompiledView,
  signal: AbortSignal,
): AsyncGenerator<WriteCounts> {
  const unerased = await UnerasedWrites.begin(deps, view);
  const { flushed } = await deps.offlineCatalog.manifest();
  const progress = await deps.ingestLog.progress();
  for (let partition = 0; partition < logPartitions; partition++) {
    const applied = progress[partition]?.applied ?? 0n;
    for (let after = flushed.get(partition) ?? 0n; after < applied;) {
      signal.throwIfAborted();
      const page = await deps.ingestLog.read(partition, after, pageRows);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.position;
      yield await rewritePage(
        { ...deps, unerased },
        page.filter((row) => row.viewId === view.id && row.availableTimeUs !== undefined),
      );
    }
  }
}

async function rewritePage(
  deps: IngestionDeps & { readonly unerased: UnerasedWrites },
  rows: readonly LogRow[],
): Promise<WriteCounts> {
  const nowUs = deps.clock.nowUs();
  const writes = rows
    .map((row) => onlineWrite(deps, row, nowUs))
    .filter((write): write is OnlineWrite => write !== undefined);
  const outcomes = await deps.unerased.apply(writes, { onEqual: "replace" });
  return {
    rowsRead: rows.length,
    rowsWritten: outcomes.filter((outcome) => outcome.written).length,
    rowsExpired: rows.length - writes.length,
  };
}
