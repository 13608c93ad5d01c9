import { createHash } from "node:crypto";
import type { EventFilter } from "../filters/event-filter.ts";
import { hopsS, layoutBytes, tileSection, type RecordList, type TileLayout } from "./tile-layout.ts";
import { readLayout } from "./read-layout.ts";
import { slotIdOf, slotKindOf, slotKinds, type TileInput, type TileSlot } from "./tile-slot.ts";
import type { WindowFeature } from "./window-feature.ts";

/** Where the answer of a feature comes from. */
export interface FeaturePlan {
  readonly feature: WindowFeature;
  /** Place of the feature in the view. */
  readonly place: number;
  /** What it reads. */
  readonly slotId: string;
  /** Place of its hop in `hopsS`. */
  readonly hop: number;
  /** Hops of its window; 0 for the lifetime. */
  readonly reach: number;
}

/** What a windowed view keeps of the events of an entity, and how it answers. Compiled once; blobs of older layouts are bound as they come. */
export interface TilePlan {
  readonly features: readonly FeaturePlan[];
  readonly inputs: readonly TileInput[];
  readonly filters: readonly EventFilter[];
  readonly slots: ReadonlyMap<string, TileSlot>;
  /** What new blobs are laid out as. */
  readonly layout: TileLayout;
  /** The layout that a blob has, by its id. Slots that this plan does not have are `undefined` there. */
  layoutOf(id: number, bytes: Uint8Array): BoundLayout;
  /** Most bytes of a blob whose texts and byte strings are empty. */
  readonly blobBytesMax: number;
}

/** A layout together with what the plan makes of it. */
export interface BoundLayout extends TileLayout {
  /** True where it has slots that the plan does not have: it was made by a newer definition. */
  readonly isNewer: boolean;
  /** For each feature of the plan, where it is; undefined where this layout does not have all that the feature needs. */
  readonly places: readonly SlotPlace[];
}

/** Where a feature is in a layout. */
export type SlotPlace =
  | { readonly part: "tiles"; readonly section: number; readonly offset: number }
  | { readonly part: "records"; readonly list: number }
  | undefined;

/** Compiles what is kept for features; `inputs` are the event fields. */
export function compileTiles(features: readonly WindowFeature[], inputs: readonly TileInput[]): TilePlan {
  const filters: EventFilter[] = [];
  const slots = new Map<string, TileSlot>();
  const plans = features.map((feature, place): FeaturePlan => {
    const input = feature.input === undefined ? undefined : inputs[feature.input]!;
    const kind = slotKindOf(feature.function, input?.type);
    const id = slotIdOf(kind, input, feature.filter);
    if (!slots.has(id)) {
      slots.set(id, {
        kind,
        id,
        input: feature.input ?? -1,
        inputType: input?.type,
        filter: placeOf(filters, feature.filter),
      });
    }
    const hopS = Number(feature.hopUs / 1_000_000n);
    const reach = hopS === 0 ? 0 : Number(feature.windowUs / feature.hopUs);
    return { feature, place, slotId: id, hop: hopsS.indexOf(hopS), reach };
  });
  const layout = layOut(plans, slots);
  const bound = new Map<number, BoundLayout>();
  const layoutOf = (id: number, bytes: Uint8Array): BoundLayout => {
    const known = bound.get(id);
    if (known !== undefined) return known;
    const made = bind(plans, { id, bytes: Uint8Array.from(bytes), ...readLayout(bytes, slots) });
    bound.set(id, made);
    return made;
  };
  return {
    features: plans,
    inputs,
    filters,
    slots,
    layout,
    layoutOf,
    blobBytesMax: blobBytesMax(layout),
  };
}

function placeOf(filters: EventFilter[], filter: EventFilter | undefined): number {
  if (filter === undefined) return -1;
  const known = filters.findIndex(({ text }) => text === filter.text);
  return known >= 0 ? known : filters.push(filter) - 1;
}

function layOut(plans: readonly FeaturePlan[], slots: ReadonlyMap<string, TileSlot>): TileLayout {
  const isRecord = (id: string) => slots.get(id)!.kind >= slotKinds.latest;
  const inTiles = plans.filter(({ slotId }) => !isRecord(slotId));
  const sections = [...new Set(inTiles.map(({ hop }) => hop))]
    .sort((a, b) => a - b)
    .map((hop) => {
      const own = inTiles.filter((plan) => plan.hop === hop);
      const ids = [...new Set(own.map(({ slotId }) => slotId))].sort();
      return tileSection(
        hop,
        Math.max(...own.map(({ reach }) => reach)),
        ids.map((id) => slots.get(id)!),
      );
    });
  const lists = new Map<string, RecordList>();
  for (const plan of plans.filter(({ slotId }) => isRecord(slotId))) {
    const slot = slots.get(plan.slotId)!;
    const isFirst = slot.kind === slotKinds.first;
    const key = isFirst ? `${slot.id}/${plan.hop}` : slot.id;
    const known = lists.get(key) ?? { slot, cap: 0, horizonS: 0, hop: 0, reach: 0 };
    lists.set(key, isFirst ? widenFirst(known, plan) : widenLatest(known, plan));
  }
  const ordered = [...lists].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list);
  const bytes = layoutBytes(sections, ordered);
  const id = createHash("sha256").update(bytes).digest().readUInt32LE(0);
  return { id, bytes, sections, lists: ordered };
}

function widenFirst(list: RecordList, { hop, reach }: FeaturePlan): RecordList {
  return { ...list, hop, reach: Math.max(list.reach, reach) };
}

function widenLatest(list: RecordList, { feature, hop, reach }: FeaturePlan): RecordList {
  const cap = Math.max(list.cap, feature.function === "LAST" ? 1 : feature.n);
  return { ...list, cap, horizonS: Math.max(list.horizonS, horizonOf(hop, reach)) };
}

/** How far back a window may reach, s. */
function horizonOf(hop: number, reach: number): number {
  return hop === 0 ? Infinity : (reach + 1) * hopsS[hop]!;
}

function bind(
  plans: readonly FeaturePlan[],
  layout: TileLayout & { readonly isNewer: boolean },
): BoundLayout {
  const places = plans.map(({ slotId, hop, reach, feature }): SlotPlace => {
    const list = layout.lists.findIndex(
      ({ slot, cap, horizonS, ...first }) =>
        slot.id === slotId &&
        (cap > 0
          ? cap >= Math.max(1, feature.n) && horizonS >= horizonOf(hop, reach)
          : first.hop === hop && first.reach >= reach),
    );
    if (list >= 0) return { part: "records", list };
    const section = layout.sections.findIndex((own) => own.hop === hop && own.reach >= reach);
    const slot = layout.sections[section]?.slots.findIndex(({ id }) => id === slotId) ?? -1;
    if (slot < 0) return undefined;
    return { part: "tiles", section, offset: layout.sections[section]!.offsets[slot]! };
  });
  return { ...layout, places };
}

function blobBytesMax({ bytes, sections, lists }: TileLayout): number {
  const tiles = sections.reduce((sum, { stride, reach }) => sum + 10 + stride * (reach + 1), 0);
  const records = lists.reduce((sum, { cap, reach }) => sum + 6 + 28 * (cap > 0 ? cap : reach + 1), 0);
  return 15 + bytes.length + tiles + records;
}
