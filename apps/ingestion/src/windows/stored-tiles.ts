import type { CompiledView, CompiledWindows } from "@timewell/model";
import {
  encodeStoredTiles,
  headerBytes,
  isStoredTiles,
  orderOfLog,
  payloadOf,
  readHeader,
} from "@timewell/row";
import type { LogRow } from "@timewell/store-ports";
import { EventValues, TileBlob, type TilePlan } from "@timewell/transforms";

/** A view that has windows. */
export interface WindowedView extends CompiledView {
  readonly windows: CompiledWindows;
}

/** True for a view that has windows. */
export function isWindowed(view: CompiledView | undefined): view is WindowedView {
  return view?.windows !== undefined;
}

const eventsOf = new WeakMap<TilePlan, EventValues>();

/** Opens the tiles of an entity, as the online store has them; undefined: it has none yet. DATA_LOSS where they are damaged. */
export function openTiles({ windows }: WindowedView, stored: Uint8Array | undefined): TileBlob {
  const { tiles } = windows;
  const events = eventsOf.get(tiles) ?? new EventValues(tiles);
  eventsOf.set(tiles, events);
  return new TileBlob(tiles, stored === undefined ? undefined : payloadOf(stored), events);
}

/** Adds an event of the log. */
export function addLogRow(view: WindowedView, blob: TileBlob, row: LogRow): void {
  blob.add({
    eventTimeUs: row.eventTimeUs,
    order: orderOfLog(row.position),
    values: view.input.codec.decode(row.payload),
  });
}

const positionMask = 2n ** 63n - 1n;

/** What the header of stored tiles says. */
export interface TilesHeader {
  /** Position of the last event of the log inside; 0 where there are none. */
  readonly position: bigint;
  /** Greatest available time of the events inside, µs UTC. */
  readonly availableTimeUs: bigint | undefined;
}

/** Reads the header of stored tiles of the log; undefined stands for none, and what are no tiles for ones that hold nothing. */
export function tilesHeader(stored: Uint8Array | undefined): TilesHeader {
  if (stored === undefined || stored.length < headerBytes || !isStoredTiles(stored))
    return { position: 0n, availableTimeUs: undefined };
  const { order, availableTimeUs } = readHeader(stored);
  return { position: order & positionMask, availableTimeUs };
}

/** The value of an entity in the online store. `order`: that of the last event of the log inside, or the number of a run. */
export function encodeTiles(blob: TileBlob, order: bigint, availableTimeUs: bigint | undefined): Uint8Array {
  return encodeStoredTiles({ deleted: false, eventTimeUs: 0n, order, availableTimeUs }, blob.bytes());
}

/** An entity key as a key of maps. */
export function keyText({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}
