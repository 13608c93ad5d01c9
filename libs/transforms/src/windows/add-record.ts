import type { ScalarValue } from "@timewell/row";
import { secondsOf, type EventValues } from "./event-values.ts";
import { writeRecordValue } from "./record-value.ts";
import { hopsS, recordHeadBytes, recordsHeadBytes, type RecordList } from "./tile-layout.ts";
import { slotKinds } from "./tile-slot.ts";

/** The part of a blob that holds a list of events. */
export interface RecordsPart {
  /** The bytes of the blob, which move when they grow. */
  view(): DataView;
  /** Where the part begins. */
  readonly at: number;
  /** Replaces bytes by room for others. */
  splice(from: number, removed: number, inserted: number): void;
}

/** Adds an event, which counts there, to a list of events, and drops what no window reaches any more. */
export function addRecord(part: RecordsPart, list: RecordList, event: EventValues, latestS: number): void {
  if (list.slot.kind === slotKinds.latest) addLatest(part, list, event, latestS);
  else addFirst(part, list, event);
}

function addLatest(part: RecordsPart, list: RecordList, event: EventValues, latestS: number): void {
  if (event.timeS < latestS - list.horizonS) return;
  const records = countOf(part);
  let place = part.at + recordsHeadBytes;
  let index = 0;
  while (index < records && isBefore(event, part.view(), place)) {
    place += recordBytes(part.view(), place);
    index++;
  }
  if (index === list.cap) return;
  insert(part, place, list, event);
  const kept: number[] = [];
  let end = part.at + recordsHeadBytes;
  for (let i = 0; i <= records && kept.length < list.cap; i++) {
    if (secondsOf(part.view().getBigInt64(end, true)) < latestS - list.horizonS) break;
    kept.push(end);
    end += recordBytes(part.view(), end);
  }
  truncate(part, kept.length, end);
}

function addFirst(part: RecordsPart, list: RecordList, event: EventValues): void {
  const hopS = hopsS[list.hop]!;
  const tileOf = (timeS: number) => (hopS === 0 ? 0 : Math.floor(timeS / hopS));
  const tile = tileOf(event.timeS);
  const records = countOf(part);
  const start = part.at + recordsHeadBytes;
  const tileAt = (at: number) => tileOf(secondsOf(part.view().getBigInt64(at, true)));
  if (records > 0 && tileAt(start) - tile > list.reach) return;
  let place = start;
  let index = 0;
  while (index < records && tileAt(place) > tile) {
    place += recordBytes(part.view(), place);
    index++;
  }
  if (index < records && tileAt(place) === tile) {
    if (!isBefore(event, part.view(), place)) return;
    remove(part, place);
  }
  insert(part, place, list, event);
  const newest = tileAt(start);
  let kept = 0;
  let end = start;
  for (const all = countOf(part); kept < all && newest - tileAt(end) <= list.reach; kept++) {
    end += recordBytes(part.view(), end);
  }
  truncate(part, kept, end);
}

function countOf({ view, at }: RecordsPart): number {
  return view().getUint16(at, true);
}

/** Bytes of a record. */
export function recordBytes(view: DataView, at: number): number {
  return recordHeadBytes + view.getUint32(at + 16, true);
}

function isBefore({ eventTimeUs, order }: EventValues, view: DataView, at: number): boolean {
  const other = view.getBigInt64(at, true);
  return eventTimeUs < other || (eventTimeUs === other && order < view.getBigUint64(at + 8, true));
}

function insert(part: RecordsPart, place: number, { slot }: RecordList, event: EventValues): void {
  const value = writeRecordValue(slot.inputType!, event.values[slot.input] as ScalarValue);
  const size = recordHeadBytes + value.length;
  part.splice(place, 0, size);
  const view = part.view();
  view.setBigInt64(place, event.eventTimeUs, true);
  view.setBigUint64(place + 8, event.order, true);
  view.setUint32(place + 16, value.length, true);
  new Uint8Array(view.buffer).set(value, place + recordHeadBytes);
  resize(part, 1, size);
}

function remove(part: RecordsPart, place: number): void {
  const size = recordBytes(part.view(), place);
  part.splice(place, size, 0);
  resize(part, -1, -size);
}

/** Drops all records but the first ones, which end at `end`. */
function truncate(part: RecordsPart, kept: number, end: number): void {
  const view = part.view();
  const records = view.getUint16(part.at, true);
  if (kept === records) return;
  const dropped = part.at + recordsHeadBytes + view.getUint32(part.at + 2, true) - end;
  part.splice(end, dropped, 0);
  resize(part, kept - records, -dropped);
}

function resize(part: RecordsPart, records: number, bytes: number): void {
  const view = part.view();
  view.setUint16(part.at, view.getUint16(part.at, true) + records, true);
  view.setUint32(part.at + 2, view.getUint32(part.at + 2, true) + bytes, true);
}
