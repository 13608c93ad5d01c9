import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";
import { historyRow, type LogRow, type Segment, viewHistory } from "@timewell/store-ports";

import type { Applier } from "./applier.ts";
import { type IngestionDeps, viewById } from "./ingestion-deps.ts";
import { positionBefore } from "./start-positions.ts";

const pageRows = 5_000;

/** Most rows that one flush holds in memory; more wait for the next one. */
const flushRowsMax = 200_000;

/** Log rows that are ready for segments. */
interface Flush {
  readonly rowsByView: ReadonlyMap<number, LogRow[]>;
  readonly flushed: ReadonlyMap<number, bigint>;
  readonly rows: number;
}

/**
 * Moves applied log rows of the partitions that this process holds into Parquet segments: writes each file whole, then
 * commits them all to the manifest in one step, then trims the log. Returns the number of rows moved.
 */
export async function flushSegments(deps: IngestionDeps, applier: Applier): Promise<number> {
  const manifest = await deps.offlineCatalog.manifest();
  const flush = await collect(deps, applier, manifest.flushed);
  if (flush.flushed.size === 0) return 0;
  const added: Segment[] = [];
  try {
    for (const [viewId, rows] of flush.rowsByView) {
      const segment = await writeViewSegment(deps, viewId, rows);
      if (segment !== undefined) added.push(segment);
    }
    await deps.offlineCatalog.commit(manifest.version, { added, removed: [], flushed: flush.flushed });
  } catch (error) {
    await Promise.all(added.map((segment) => rm(join(deps.offlineRoot, segment.path), { force: true })));
    if (error instanceof FeatureStoreError && error.kind === "VERSION_CONFLICT") return 0;
    throw error;
  }
  await trimLog(deps, flush.flushed);
  return flush.rows;
}

async function collect(
  deps: IngestionDeps,
  applier: Applier,
  flushedBefore: ReadonlyMap<number, bigint>,
): Promise<Flush> {
  const progress = await deps.ingestLog.progress();
  const rowsByView = new Map<number, LogRow[]>();
  const flushed = new Map<number, bigint>();
  let rows = 0;
  for (const { partition } of applier.leases()) {
    const applied = progress[partition]?.applied ?? 0n;
    let after = flushedBefore.get(partition) ?? 0n;
    while (after < applied && rows < flushRowsMax) {
      const page = (await deps.ingestLog.read(partition, after, pageRows)).filter(
        (row) => row.position <= applied,
      );
      const last = page.at(-1);
      if (last === undefined) break;
      for (const row of page) {
        const list = rowsByView.get(row.viewId);
        if (list === undefined) rowsByView.set(row.viewId, [row]);
        else list.push(row);
      }
      rows += page.length;
      after = last.position;
      flushed.set(partition, after);
    }
  }
  return { rowsByView, flushed, rows };
}

/** Rows of a view that was deleted are history that nothing can name any more; they go with the log. */
async function writeViewSegment(
  deps: IngestionDeps,
  viewId: number,
  rows: readonly LogRow[],
): Promise<Segment | undefined> {
  const view = viewById(deps.definitions, viewId);
  if (view === undefined) return undefined;
  const path = join("segments", String(viewId), `${deps.newId()}.parquet`);
  const history = rows.map((row) => historyRow(view, row));
  const file = join(deps.offlineRoot, path);
  await mkdir(dirname(file), { recursive: true });
  const written = await deps.offlineEngine.writeSegment(file, viewHistory(view, {}), history);
  return { path, viewId, schemaRevision: view.schemaRevision, ...written };
}

async function trimLog(deps: IngestionDeps, flushed: ReadonlyMap<number, bigint>): Promise<void> {
  const sinceUs = deps.clock.nowUs() - deps.settings.logRetentionUs;
  for (const [partition, position] of flushed) {
    const through = await positionBefore(deps.ingestLog, partition, position, sinceUs);
    if (through > 0n) await deps.ingestLog.trim(partition, through);
  }
  await deps.ingestLog.forgetRequests(sinceUs);
}
