import type { EventValues } from "./event-values.ts";
import { slotKinds, type TileSlot } from "./tile-slot.ts";

const two32 = 4_294_967_296;

/** Adds an event, which counts there, to a slot of a tile. */
export function addToSlot(view: DataView, at: number, slot: TileSlot, event: EventValues): void {
  const { input } = slot;
  switch (slot.kind) {
    case slotKinds.count:
      return void addOne(view, at);
    case slotKinds.sum:
      addOne(view, at);
      return addSum(view, at + 5, event.high[input]!);
    case slotKinds.intSum:
      addOne(view, at);
      return addIntSum(view, at + 5, slot, event);
    case slotKinds.spread:
      return addSpread(view, at + 5, addOne(view, at), numberOf(slot, event));
    case slotKinds.min:
    case slotKinds.max:
      return addExtreme(view, at, slot, event.high[input]! + 0);
    case slotKinds.wideMin:
    case slotKinds.wideMax:
      return addWideExtreme(view, at, slot, event);
    default:
  }
}

/** Adds one to a count of 40 bits and gives it. */
function addOne(view: DataView, at: number): number {
  const events = readCount(view, at) + 1;
  view.setUint32(at, events % two32, true);
  view.setUint8(at + 4, Math.floor(events / two32));
  return events;
}

/** A count of 40 bits. */
export function readCount(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint8(at + 4) * two32;
}

/** Neumaier's sum: what a plain sum would lose is kept beside it. */
function addSum(view: DataView, at: number, value: number): void {
  const before = view.getFloat64(at, true);
  const sum = before + value;
  const lost = Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before;
  const error = Math.fround(view.getFloat32(at + 8, true) + lost);
  view.setFloat64(at, sum, true);
  view.setFloat32(at + 8, Number.isFinite(error) ? error : 0, true);
}

function addIntSum(view: DataView, at: number, { input, inputType }: TileSlot, event: EventValues): void {
  const isWide = inputType !== "INT32";
  const value = event.high[input]!;
  const high = isWide ? value : Math.floor(value / two32);
  const low = view.getUint32(at, true) + (isWide ? event.low[input]! : value - high * two32);
  const carry = low >= two32 ? 1 : 0;
  view.setUint32(at, low - carry * two32, true);
  view.setFloat64(at + 4, view.getFloat64(at + 4, true) + high + carry, true);
}

/** Welford's mean and sum of squares; `events` counts the new one. */
function addSpread(view: DataView, at: number, events: number, value: number): void {
  const mean = view.getFloat64(at, true);
  const delta = value - mean;
  const newMean = mean + delta / events;
  view.setFloat64(at, newMean, true);
  view.setFloat64(at + 8, view.getFloat64(at + 8, true) + delta * (value - newMean), true);
}

function numberOf({ input, inputType }: TileSlot, event: EventValues): number {
  return inputType === "INT64" ? event.high[input]! * two32 + event.low[input]! : event.high[input]!;
}

function addExtreme(view: DataView, at: number, { kind }: TileSlot, value: number): void {
  const isNew = view.getUint8(at) === 0;
  if (!isNew && !isBeyond(kind === slotKinds.min, value, view.getFloat64(at + 1, true))) return;
  view.setUint8(at, 1);
  view.setFloat64(at + 1, value, true);
}

/** True iff `value` is less (`isMin`) or greater than `other`; NaN is the greatest. */
export function isBeyond(isMin: boolean, value: number, other: number): boolean {
  if (value !== value) return !isMin && other === other;
  if (other !== other) return isMin;
  return isMin ? value < other : value > other;
}

function addWideExtreme(view: DataView, at: number, { kind, input }: TileSlot, event: EventValues): void {
  const high = event.high[input]!;
  const low = event.low[input]!;
  if (view.getUint8(at) === 1) {
    const otherHigh = view.getInt32(at + 5, true);
    const difference = high === otherHigh ? low - view.getUint32(at + 1, true) : high - otherHigh;
    if (kind === slotKinds.wideMin ? difference >= 0 : difference <= 0) return;
  }
  view.setUint8(at, 1);
  view.setUint32(at + 1, low, true);
  view.setInt32(at + 5, high, true);
}
