import { create } from "@bufbuild/protobuf";
import { type Progress, ProgressSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { partitionOf } from "@timewell/keys";
import { orderOfLog } from "@timewell/row";
import {
  type Fence,
  isErased,
  type LogRow,
  logPartitions,
  type OnlineWrite,
  viewHistory,
} from "@timewell/store-ports";
import { laterOf } from "@timewell/ttl";

import { UnerasedWrites } from "../erase/unerased-writes.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { sameStore } from "../same-store.ts";
import { segmentPaths } from "../segment-paths.ts";
import { wereReplaced } from "../segments/were-replaced.ts";
import { type EntityTiles, passesFor, TilesOfEntities } from "./entity-tiles.ts";
import { rewriteFiles } from "./materialize-windows.ts";
import { addLogRow, encodeTiles, tilesHeader, type WindowedView } from "./stored-tiles.ts";
import { writeTiles } from "./write-tiles.ts";

const pageRows = 2_000;
const keysPerRead = 500;
/** More than a few in a row mean that something else is wrong. */
const leaseTriesMax = 100;

/**
 * Makes the tiles of a view anew, from its segments and its log, and from its source files: for a store that was damaged, and to answer
 * features that were added to the view from its whole history. While the tiles of a partition are written, its lease is held, so that no
 * event is added to old ones meanwhile; whoever applies it goes on a moment later.
 */
export async function* rebuildWindows(
  deps: IngestionDeps,
  view: WindowedView,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const sums = { read: 0, written: 0 };
  const progress = (done: boolean) =>
    create(ProgressSchema, { rowsRead: BigInt(sums.read), rowsWritten: BigInt(sums.written), done });
  const checkStore = await sameStore(deps, `the rebuild of ${view.name}`);
  if (view.source !== undefined) sums.written += await rewriteFiles(deps, view, signal);
  const counts = await deps.ingestLog.countByView();
  const passes = passesFor(Number(counts.find(({ viewId }) => viewId === view.id)?.rows ?? 0n));
  const owner = `rebuild-${deps.newId()}`;
  const unerased = await UnerasedWrites.begin(deps, view);
  try {
    for (let pass = 0; pass < passes; pass++) {
      const { flushed, entities, read } = await tilesOfSegments(deps, view, pass, passes, signal);
      sums.read += read;
      yield progress(false);
      for (let partition = pass; partition < logPartitions; partition += passes) {
        signal.throwIfAborted();
        const part = { partition, after: flushed.get(partition) ?? 0n, owner };
        sums.written += await rebuildPartition({ ...deps, unerased }, view, entities, part);
        await deps.ingestLog.releaseLeases(owner);
        yield progress(false);
      }
    }
  } finally {
    await deps.ingestLog.releaseLeases(owner);
  }
  await checkStore();
  yield progress(true);
}

/** Writes the tiles of all events in segments, for a store that lost everything; the log is applied on top. Returns entities. */
export async function rewriteTiles(
  deps: IngestionDeps,
  view: WindowedView,
  signal: AbortSignal,
): Promise<number> {
  const { segments } = await deps.offlineCatalog.manifest();
  const rows = segments.filter(({ viewId }) => viewId === view.id).reduce((sum, each) => sum + each.rows, 0);
  const passes = passesFor(rows);
  const unerased = await UnerasedWrites.begin(deps, view);
  let written = 0;
  for (let pass = 0; pass < passes; pass++) {
    const { entities } = await tilesOfSegments(deps, view, pass, passes, signal);
    written += await writeTiles(unerased, logWrites(view, entities.all.values(), new Map()));
  }
  return written;
}

async function tilesOfSegments(
  deps: IngestionDeps,
  view: WindowedView,
  pass: number,
  passes: number,
  signal: AbortSignal,
): Promise<{
  readonly flushed: ReadonlyMap<number, bigint>;
  readonly entities: TilesOfEntities;
  readonly read: number;
}> {
  const { segments, flushed } = await deps.offlineCatalog.manifest();
  const history = viewHistory(view, { segments: segmentPaths(deps.offlineRoot, segments, view.id) });
  const entities = new TilesOfEntities(view, { fromFiles: false });
  let read = 0;
  try {
    if (history.segments.length > 0)
      for await (const batch of deps.offlineEngine.scanSegments(history, signal))
        read += entities.add(batch, pass, passes);
  } catch (error) {
    const ofView = segments.filter(({ viewId }) => viewId === view.id);
    if (!(await wereReplaced(deps, ofView, error))) throw error;
    return tilesOfSegments(deps, view, pass, passes, signal);
  }
  return { flushed, entities, read };
}

interface Part {
  readonly partition: number;
  /** What the segments hold up to. */
  readonly after: bigint;
  readonly owner: string;
}

interface RebuildDeps extends IngestionDeps {
  readonly unerased: UnerasedWrites;
}

/** Once more where somebody took the lease away meanwhile, as an erase does. */
async function rebuildPartition(
  deps: RebuildDeps,
  view: WindowedView,
  entities: TilesOfEntities,
  part: Part,
): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      return await rebuildLeased(deps, view, entities, part);
    } catch (error) {
      const isFenced = error instanceof FeatureStoreError && error.kind === "FENCED";
      if (!isFenced || tries === leaseTriesMax) throw error;
    }
  }
}

/** Adds what the log holds beyond the segments, up to what the store has, and writes, under a lease of its own. */
async function rebuildLeased(
  deps: RebuildDeps,
  view: WindowedView,
  entities: TilesOfEntities,
  { partition, after, owner }: Part,
): Promise<number> {
  const rows = await logRows(deps, view, partition, after);
  const isHere = ({ entityKey }: EntityTiles) => partitionOf(entityKey) === partition;
  for (const row of rows) entities.of(row.entityKey);
  const here = [...entities.all.values()].filter(isHere);
  if (here.length === 0) return 0;
  const { epoch } = await deps.ingestLog.takeLease(partition, owner, deps.settings.leaseMs);
  const fence: Fence = { partition, epoch };
  await deps.onlineStore.apply([], { fence });
  // An erase that is recorded later takes this lease away before it removes anything online.
  await deps.unerased.look();
  const own = here.filter(({ entityKey }) => !deps.unerased.isErased(entityKey));
  const watermark = (await deps.onlineStore.watermarks()).get(partition) ?? 0n;
  const stored = await storedHeaders(deps, view, own);
  // What was appended and applied since the log was read is in the store, too.
  const last = rows.at(-1)?.position ?? after;
  for (const row of [...rows, ...(await logRows(deps, view, partition, last))]) {
    const tiles = entities.of(row.entityKey);
    const until = stored.get(tiles)?.position ?? 0n;
    const isInside = row.position <= until || row.position <= watermark;
    const order = orderOfLog(row.position);
    if (!isInside || order <= tiles.order) continue;
    addLogRow(view, tiles.blob, row);
    tiles.order = order;
    tiles.availableTimeUs = laterOf(tiles.availableTimeUs, row.availableTimeUs);
  }
  return writeTiles(deps.onlineStore, logWrites(view, own, stored), fence);
}

async function logRows(
  deps: IngestionDeps,
  view: WindowedView,
  partition: number,
  afterPosition: bigint,
): Promise<LogRow[]> {
  const rows: LogRow[] = [];
  for (let after = afterPosition; ;) {
    const page = await deps.ingestLog.read(partition, after, pageRows);
    const last = page.at(-1);
    if (last === undefined) return rows;
    after = last.position;
    rows.push(...page.filter((row) => row.viewId === view.id && !row.deleted && !isErased(row)));
  }
}

type Headers = ReadonlyMap<EntityTiles, ReturnType<typeof tilesHeader>>;

async function storedHeaders(
  deps: IngestionDeps,
  view: WindowedView,
  entities: readonly EntityTiles[],
): Promise<Headers> {
  const headers = new Map<EntityTiles, ReturnType<typeof tilesHeader>>();
  for (let from = 0; from < entities.length; from += keysPerRead) {
    const part = entities.slice(from, from + keysPerRead);
    const rows = await deps.onlineStore.read(part.map(({ entityKey }) => ({ viewId: view.id, entityKey })));
    part.forEach((tiles, i) => headers.set(tiles, tilesHeader(rows[i])));
  }
  return headers;
}

/** Entities without events are left out. The stamp that the store has stays: events without one in the log take it from there. */
function* logWrites(
  view: WindowedView,
  entities: Iterable<EntityTiles>,
  stored: Headers,
): Generator<OnlineWrite> {
  for (const tiles of entities) {
    if (tiles.order === 0n) continue;
    const availableTimeUs = laterOf(tiles.availableTimeUs, stored.get(tiles)?.availableTimeUs);
    const row = encodeTiles(tiles.blob, tiles.order, availableTimeUs);
    yield { viewId: view.id, entityKey: tiles.entityKey, row, stampAvailableTime: false };
  }
}
