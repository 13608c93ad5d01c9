import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";
import {
  historyRow,
  isErased,
  type LogRow,
  type Manifest,
  type Segment,
  viewHistory,
} from "@timewell/store-ports";

import type { Applier } from "./applier.ts";
import { type IngestionDeps, viewById } from "./ingestion-deps.ts";
import { isUnderstood } from "./is-understood.ts";
import { forgottenByRestartUs, positionBefore } from "./start-positions.ts";

const pageRows = 5_000;

/** Rows, and bytes of rows, that end one step of a flush, which holds them in memory; more come with the next one. */
const stepRowsMax = 200_000;
const stepBytesMax = 128 * 1024 * 1024;

/** Requests are remembered at least this long, µs (semantics 13), however early rows leave the log. */
const requestsKeptMinUs = 86_400_000_000n;

/** Log rows that are ready for segments. */
interface Flush {
  readonly rowsByView: ReadonlyMap<number, LogRow[]>;
  readonly flushed: ReadonlyMap<number, bigint>;
  readonly rows: number;
  /** True where more rows may be ready than one step takes. */
  readonly full: boolean;
}

/** How a flush goes about it. */
export interface FlushOptions {
  /** Rows of one step, at least: a step ends with the page that reaches them. */
  readonly stepRows?: number;
  /** Ends the flush after the step under way. */
  readonly signal?: AbortSignal;
}

/**
 * Moves applied log rows of the partitions that this process holds into Parquet segments: writes each file whole, then
 * commits them all to the manifest in one step, then trims the log. Returns the number of rows moved.
 */
export async function flushSegments(
  deps: IngestionDeps,
  applier: Pick<Applier, "leases">,
  { stepRows = stepRowsMax, signal }: FlushOptions = {},
): Promise<number> {
  let rows = 0;
  for (let more = true; more;) {
    const manifest = await deps.offlineCatalog.manifest();
    const flush = await collect(deps, applier, manifest.flushed, stepRows);
    more = flush.flushed.size > 0 && (await commitFlush(deps, manifest, flush));
    if (more) rows += flush.rows;
    more &&= flush.full && signal?.aborted !== true;
  }
  await trimLog(deps, applier);
  return rows;
}

/** False where another process committed first: its manifest has to be looked at, with the next flush. */
async function commitFlush(deps: IngestionDeps, manifest: Manifest, flush: Flush): Promise<boolean> {
  const added: Segment[] = [];
  try {
    for (const [viewId, rows] of flush.rowsByView) {
      const segment = await writeViewSegment(deps, viewId, rows);
      if (segment !== undefined) added.push(segment);
    }
  } catch (error) {
    await removeFiles(deps, added);
    throw error;
  }
  deps.failPoint?.("flush.file-written");
  try {
    await deps.offlineCatalog.commit(manifest.version, { added, removed: [], flushed: flush.flushed });
    deps.failPoint?.("flush.committed");
    return true;
  } catch (error) {
    // After any other error nobody knows whether the commit came through: the manifest may name the files, so they stay.
    if (!(error instanceof FeatureStoreError && error.kind === "VERSION_CONFLICT")) throw error;
    await removeFiles(deps, added);
    return false;
  }
}

async function removeFiles(deps: IngestionDeps, segments: readonly Segment[]): Promise<void> {
  await Promise.all(segments.map(({ path }) => rm(join(deps.offlineRoot, path), { force: true })));
}

async function collect(
  deps: IngestionDeps,
  applier: Pick<Applier, "leases">,
  flushedBefore: ReadonlyMap<number, bigint>,
  stepRows: number,
): Promise<Flush> {
  const progress = await deps.ingestLog.progress();
  const rowsByView = new Map<number, LogRow[]>();
  const flushed = new Map<number, bigint>();
  let rows = 0;
  let bytes = 0;
  const full = () => rows >= stepRows || bytes >= stepBytesMax;
  for (const { partition } of applier.leases()) {
    const applied = progress[partition]?.applied ?? 0n;
    let after = flushedBefore.get(partition) ?? 0n;
    while (after < applied && !full()) {
      const page = readyRows(deps, await deps.ingestLog.read(partition, after, pageRows), applied);
      const last = page.at(-1);
      if (last === undefined) break;
      for (const row of page) {
        if (isErased(row)) continue;
        const list = rowsByView.get(row.viewId);
        if (list === undefined) rowsByView.set(row.viewId, [row]);
        else list.push(row);
        bytes += row.entityKey.length + row.payload.length;
      }
      rows += page.length;
      after = last.position;
      flushed.set(partition, after);
    }
  }
  return { rowsByView, flushed, rows, full: full() };
}

/**
 * Rows that can be moved: applied ones, up to the first that this process does not understand. To write that one without the
 * features that are not known here yet would lose them.
 */
function readyRows(deps: IngestionDeps, page: readonly LogRow[], applied: bigint): readonly LogRow[] {
  const end = page.findIndex((row) => row.position > applied || !isUnderstood(deps, row));
  return end === -1 ? page : page.slice(0, end);
}

/** Rows of a view that was deleted are history, too: training sets of before are made of them. */
async function writeViewSegment(
  deps: IngestionDeps,
  viewId: number,
  rows: readonly LogRow[],
): Promise<Segment | undefined> {
  const view = viewById(deps.definitions, viewId) ?? (await deps.definitions.deletedView?.(viewId));
  if (view === undefined) return undefined;
  const path = join("segments", String(viewId), `${deps.newId()}.parquet`);
  const history = rows.map((row) => historyRow(view, row));
  const file = join(deps.offlineRoot, path);
  await mkdir(dirname(file), { recursive: true });
  const written = await deps.offlineEngine.writeSegment(file, viewHistory(view, {}), history);
  return { path, viewId, schemaRevision: view.schemaRevision, ...written };
}

/** Drops what is flushed and older than the retention, also of partitions that no new row came to. */
async function trimLog(deps: IngestionDeps, applier: Pick<Applier, "leases">): Promise<void> {
  const { flushed } = await deps.offlineCatalog.manifest();
  const nowUs = deps.clock.nowUs();
  const keptUs = deps.settings.logRetentionUs;
  // What a store may forget when it restarts is read from the log.
  const sinceUs = nowUs - (keptUs > forgottenByRestartUs ? keptUs : forgottenByRestartUs);
  for (const { partition } of applier.leases()) {
    const position = flushed.get(partition) ?? 0n;
    const [oldest] = position === 0n ? [] : await deps.ingestLog.read(partition, 0n, 1);
    if (oldest === undefined || oldest.position > position || oldest.appendedAtUs >= sinceUs) continue;
    const through = await positionBefore(deps.ingestLog, partition, position, sinceUs);
    if (through > 0n) await deps.ingestLog.trim(partition, through);
  }
  const requestsSinceUs = nowUs - requestsKeptMinUs;
  await deps.ingestLog.forgetRequests(sinceUs < requestsSinceUs ? sinceUs : requestsSinceUs);
}
