import { FeatureStoreError } from "@timewell/errors";
import { orderOfLog } from "@timewell/row";
import { isErased, type LogRow, type OnlineWrite } from "@timewell/store-ports";
import { laterOf } from "@timewell/ttl";

import { type IngestionDeps, viewById } from "../ingestion-deps.ts";
import {
  addLogRow,
  encodeTiles,
  isWindowed,
  keyText,
  openTiles,
  tilesHeader,
  type WindowedView,
} from "./stored-tiles.ts";

/** When a row of the log could first be read. */
export interface RowStamp {
  readonly position: bigint;
  readonly availableTimeUs: bigint;
}

/** What a batch of events does to the tiles of their entities. */
export interface WindowWrites {
  readonly writes: readonly OnlineWrite[];
  /** The events that each write adds. */
  readonly added: readonly (readonly LogRow[])[];
  /** Events that were inside already. */
  readonly kept: readonly LogRow[];
  /** Their stamps, where the log does not have them: to be recorded before the writes, which make new ones. */
  readonly keptStamps: readonly RowStamp[];
}

interface Group {
  readonly view: WindowedView;
  readonly entityKey: Uint8Array;
  readonly rows: LogRow[];
}

/**
 * Reads the tiles of the entities of a batch of events, in order of position for each entity, and adds the events that are not
 * inside: those after the last position that the tiles hold. The holder of the partition is the only writer of its entities, so
 * that what was read is still there when it is written.
 */
export async function windowWrites(deps: IngestionDeps, rows: readonly LogRow[]): Promise<WindowWrites> {
  const groups = groupByEntity(deps, rows);
  const writes: OnlineWrite[] = [];
  const added: LogRow[][] = [];
  const kept: LogRow[] = [];
  const keptStamps: RowStamp[] = [];
  if (groups.length === 0) return { writes, added, kept, keptStamps };
  const keys = groups.map(({ view, entityKey }) => ({ viewId: view.id, entityKey }));
  const stored = await deps.onlineStore.read(keys);
  groups.forEach((group, i) => {
    const tiles = stored[i];
    const { position, availableTimeUs } = tilesHeader(tiles);
    const fresh = group.rows.filter((row) => row.position > position);
    for (const row of group.rows) {
      if (row.position > position) continue;
      kept.push(row);
      if (row.availableTimeUs !== undefined || availableTimeUs === undefined) continue;
      keptStamps.push(stampOf(row, availableTimeUs));
    }
    if (fresh.length === 0) return;
    const write = addTo(deps, group, tiles, fresh, availableTimeUs);
    if (write === undefined) return;
    writes.push(write);
    added.push(fresh);
  });
  return { writes, added, kept, keptStamps };
}

/** The stamp of an event; an event is never available before it happened. */
export function stampOf({ position, eventTimeUs }: LogRow, availableTimeUs: bigint): RowStamp {
  return { position, availableTimeUs: availableTimeUs > eventTimeUs ? availableTimeUs : eventTimeUs };
}

function groupByEntity(deps: IngestionDeps, rows: readonly LogRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const view = viewById(deps.definitions, row.viewId);
    if (!isWindowed(view) || row.deleted || isErased(row)) continue;
    const key = `${row.viewId}/${keyText(row.entityKey)}`;
    const group = groups.get(key) ?? { view, entityKey: row.entityKey, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  return [...groups.values()];
}

/** Undefined where the tiles are damaged: they stay as they are until the view is rebuilt, which adds the events. */
function addTo(
  deps: IngestionDeps,
  { view, entityKey }: Group,
  stored: Uint8Array | undefined,
  fresh: readonly LogRow[],
  storedUs: bigint | undefined,
): OnlineWrite | undefined {
  try {
    const blob = openTiles(view, stored);
    for (const row of fresh) addLogRow(view, blob, row);
    const availableTimeUs = fresh.reduce((us, row) => laterOf(us, row.availableTimeUs), storedUs);
    return {
      viewId: view.id,
      entityKey,
      row: encodeTiles(blob, orderOfLog(fresh.at(-1)!.position), availableTimeUs),
      stampAvailableTime: fresh.some((row) => row.availableTimeUs === undefined),
    };
  } catch (error) {
    if (!(error instanceof FeatureStoreError) || error.kind !== "DATA_LOSS") throw error;
    deps.log.error(
      { err: error, project: view.project, view: view.name },
      "the tiles of an entity are damaged; run rebuild-online for the view",
    );
    return undefined;
  }
}
