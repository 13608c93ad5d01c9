import { createHash } from "node:crypto";
import type { FeatureType } from "@timewell/row";
import type { EventFilter } from "../filters/event-filter.ts";
import type { WindowFunction } from "./window-feature.ts";

/** Numbers of partial aggregates and of lists of events, as tile blobs have them; never given another meaning. */
export const slotKinds = {
  count: 1,
  sum: 2,
  intSum: 3,
  spread: 4,
  min: 5,
  max: 6,
  wideMin: 7,
  wideMax: 8,
  latest: 9,
  first: 10,
} as const;

/** Number of a partial aggregate. */
export type SlotKind = (typeof slotKinds)[keyof typeof slotKinds];

/** Bytes of a partial aggregate in a tile, by its kind; drawn in `tile-layout.ts`. */
export const slotBytes: Readonly<Record<number, number>> = {
  [slotKinds.count]: 5,
  [slotKinds.sum]: 17,
  [slotKinds.intSum]: 17,
  [slotKinds.spread]: 21,
  [slotKinds.min]: 9,
  [slotKinds.max]: 9,
  [slotKinds.wideMin]: 9,
  [slotKinds.wideMax]: 9,
};

/** A partial aggregate: of one input, for events that pass one filter. */
export interface TileSlot {
  readonly kind: SlotKind;
  /** Its kind, and a digest of what it is of: equal in every revision of a view. */
  readonly id: string;
  /** Place among the event fields; −1 for COUNT. */
  readonly input: number;
  readonly inputType: FeatureType | undefined;
  /** Place among the filters of the plan; −1: all events. */
  readonly filter: number;
}

/** An event field, as tiles see it. */
export interface TileInput {
  /** Field number in the event message. */
  readonly number: number;
  readonly type: FeatureType;
}

/** The kind of the partial aggregate that a function reads. */
export function slotKindOf(name: WindowFunction, type: FeatureType | undefined): SlotKind {
  const isWide = type === "INT64" || type === "TIMESTAMP";
  switch (name) {
    case "COUNT":
      return slotKinds.count;
    case "SUM":
    case "MEAN":
      return type === "INT32" || isWide ? slotKinds.intSum : slotKinds.sum;
    case "STDDEV":
      return slotKinds.spread;
    case "MIN":
      return isWide ? slotKinds.wideMin : slotKinds.min;
    case "MAX":
      return isWide ? slotKinds.wideMax : slotKinds.max;
    case "FIRST":
      return slotKinds.first;
    case "LAST":
    case "LAST_N":
      return slotKinds.latest;
  }
}

/** Bytes of an id in a blob. */
export const slotIdBytes = 8;

/** The id of a partial aggregate, 16 hexadecimal digits: its kind, then the start of a SHA-256. */
export function slotIdOf(
  kind: SlotKind,
  input: TileInput | undefined,
  filter: EventFilter | undefined,
): string {
  const content = JSON.stringify([kind, input?.number ?? 0, input?.type ?? "", filter?.text ?? ""]);
  const digest = createHash("sha256").update(content).digest("hex");
  return kind.toString(16).padStart(2, "0") + digest.slice(0, 2 * slotIdBytes - 2);
}
