import type { FeatureValue, ScalarValue } from "@timewell/row";
import { secondsOf } from "./event-values.ts";
import { findTile, tileOffset } from "./find-tile.ts";
import { OpenBlob } from "./open-blob.ts";
import { Partial } from "./partial.ts";
import { readRecordValue } from "./record-value.ts";
import { recordBytes } from "./add-record.ts";
import { hopsS, recordHeadBytes, recordsHeadBytes } from "./tile-layout.ts";
import type { FeaturePlan, TilePlan } from "./tile-plan.ts";
import { slotKinds, type SlotKind, type TileSlot } from "./tile-slot.ts";

/** What tiles answer. */
export interface RenderedWindows {
  /** In the order of the features. */
  readonly values: readonly FeatureValue[];
  /** Event time of the latest event, µs UTC; undefined where there is none. Answers hold from then on. */
  readonly latestUs: bigint | undefined;
}

/** Answers the features of a plan from tile blobs. */
export type RenderWindows = (
  log: Uint8Array | undefined,
  batch: Uint8Array | undefined,
  atUs: bigint,
) => RenderedWindows;

/**
 * Compiles a plan to the function that answers it at an instant (semantics 11) from the tiles of an entity: those of its log, and those
 * of source files; undefined where there are none. A feature that a blob, which an older definition laid out, cannot answer is
 * NULL. Instants before the latest event are not answered: the result is of no use there. DATA_LOSS for damaged blobs.
 *
 * Windows of one hop end alike, so each covers the newest tiles up to some age: every tile is merged once for all of them.
 */
export function compileRender(plan: TilePlan): RenderWindows {
  const parts = [new OpenBlob(plan), new OpenBlob(plan)] as const;
  const groups = groupBySlot(plan);
  const partial = new Partial();
  const open: OpenBlob[] = [];
  return (log, batch, atUs) => {
    open.length = 0;
    if (log !== undefined) open.push(parts[0].open(log));
    if (batch !== undefined) open.push(parts[1].open(batch));
    const timeS = secondsOf(atUs);
    const values: FeatureValue[] = new Array<FeatureValue>(plan.features.length).fill(null);
    for (const { slot, features } of groups) {
      if (slot.kind >= slotKinds.latest) answerRecords(open, slot, features, timeS, values);
      else answerTiles(open, slot.kind, features, timeS, partial, values);
    }
    let latestUs: bigint | undefined;
    for (const blob of open) if (latestUs === undefined || blob.latestUs > latestUs) latestUs = blob.latestUs;
    return { values, latestUs };
  };
}

/** Features of one hop that read the same slot, shorter windows first. */
interface SlotGroup {
  readonly slot: TileSlot;
  readonly features: readonly FeaturePlan[];
}

function groupBySlot({ features, slots }: TilePlan): SlotGroup[] {
  const groups = new Map<string, FeaturePlan[]>();
  for (const feature of features) {
    const key = `${feature.hop}/${feature.slotId}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(feature);
  }
  return [...groups.values()].map((group) => ({
    slot: slots.get(group[0]!.slotId)!,
    features: group.sort((a, b) => a.reach - b.reach),
  }));
}

function answerTiles(
  open: readonly OpenBlob[],
  kind: SlotKind,
  features: readonly FeaturePlan[],
  timeS: number,
  partial: Partial,
  values: FeatureValue[],
): void {
  partial.clear();
  for (const blob of open) blob.merged = 0;
  for (const { feature, place, hop, reach } of features) {
    const hopS = hopsS[hop]!;
    const oldest = hopS === 0 ? 0 : Math.floor(timeS / hopS) - reach;
    let isKnown = true;
    for (const blob of open) {
      const where = blob.layout.places[place];
      if (where?.part !== "tiles") {
        isKnown = false;
        break;
      }
      const { stride } = blob.layout.sections[where.section]!;
      const at = blob.partAt[where.section]!;
      const end = tilesFrom(blob, at, stride, oldest);
      const slots = tileOffset(at, stride, 0) + where.offset;
      partial.merge(kind, blob.view, slots + blob.merged * stride, stride, slots + end * stride);
      blob.merged = end;
    }
    // Longer windows are not known either.
    if (!isKnown) return;
    values[place] = partial.answer(feature.function, kind);
  }
}

/** How many tiles of a section have this number or a greater one. */
function tilesFrom({ view }: OpenBlob, at: number, stride: number, oldest: number): number {
  const age = view.getFloat64(at, true) - oldest;
  return age < 0 ? 0 : findTile(view, at, stride, age + 1);
}

function answerRecords(
  open: readonly OpenBlob[],
  slot: TileSlot,
  features: readonly FeaturePlan[],
  timeS: number,
  values: FeatureValue[],
): void {
  for (const { feature, place, hop, reach } of features) {
    const hopS = hopsS[hop]!;
    const fromS = hopS === 0 ? -Infinity : (Math.floor(timeS / hopS) - reach) * hopS;
    const max = feature.function === "LAST_N" ? feature.n : 1;
    const records: EventRecord[] = [];
    const isKnown = open.every((blob) => {
      const where = blob.layout.places[place];
      if (where?.part !== "records") return false;
      const isFirst = slot.kind === slotKinds.first;
      collect(blob, where.list, fromS, isFirst, max, slot, records);
      return true;
    });
    if (!isKnown) continue;
    if (open.length > 1) records.sort(latestFirst);
    if (feature.function === "LAST_N") values[place] = records.slice(0, max).map(({ value }) => value);
    else values[place] = (slot.kind === slotKinds.first ? records.at(-1) : records[0])?.value ?? null;
  }
}

interface EventRecord {
  readonly eventTimeUs: bigint;
  readonly order: bigint;
  readonly value: ScalarValue;
}

function latestFirst(a: EventRecord, b: EventRecord): number {
  if (a.eventTimeUs !== b.eventTimeUs) return a.eventTimeUs > b.eventTimeUs ? -1 : 1;
  return a.order > b.order ? -1 : 1;
}

/** Adds the records from an instant on: the latest `max`, or the earliest one. */
function collect(
  { view, layout, partAt }: OpenBlob,
  list: number,
  fromS: number,
  isFirst: boolean,
  max: number,
  slot: TileSlot,
  records: EventRecord[],
): void {
  const at = partAt[layout.sections.length + list]!;
  let record = at + recordsHeadBytes;
  let last = -1;
  const add = (place: number) =>
    records.push({
      eventTimeUs: view.getBigInt64(place, true),
      order: view.getBigUint64(place + 8, true),
      value: readRecordValue(
        slot.inputType!,
        view,
        place + recordHeadBytes,
        view.getUint32(place + 16, true),
      ),
    });
  for (let i = view.getUint16(at, true); i > 0; i--) {
    if (secondsOf(view.getBigInt64(record, true)) < fromS) break;
    if (!isFirst && records.length < 2 * max) add(record);
    last = record;
    record += recordBytes(view, record);
  }
  if (isFirst && last >= 0) add(last);
}
