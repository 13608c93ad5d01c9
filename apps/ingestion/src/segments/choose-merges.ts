import type { ManifestSegment } from "@timewell/store-ports";

/** Most files that one merge reads. */
const filesPerMergeMax = 1_000;

/** Segments below this are of one size, bytes. */
const tierBytesMin = 64 * 1024;

/** Each tier holds segments of up to eight times the size of the one before. */
const tierBits = 3;

/** Bounds of merges. */
export interface MergeBounds {
  /** Bytes of a merged segment, at most; segments over half of it are left alone. */
  readonly segmentBytesMax: number;
  /** So many segments of a similar size make a merge worth its while. */
  readonly segmentsMin: number;
}

/**
 * Groups of segments to merge by the way: of a view with many segments of a similar size these. So each row is written again a few
 * times at most, however long a view grows.
 */
export function dueMerges(segments: readonly ManifestSegment[], bounds: MergeBounds): ManifestSegment[][] {
  return [...smallByView(segments, bounds).values()].flatMap((small) =>
    [...groupBy(small, ({ bytes }) => tierOf(bytes)).values()]
      .filter((tier) => tier.length >= bounds.segmentsMin)
      .flatMap((tier) => packed(tier, bounds)),
  );
}

/** Groups that leave as few small segments as there can be. */
export function allMerges(segments: readonly ManifestSegment[], bounds: MergeBounds): ManifestSegment[][] {
  return [...smallByView(segments, bounds).values()].flatMap((small) => packed(small, bounds));
}

function smallByView(
  segments: readonly ManifestSegment[],
  { segmentBytesMax }: MergeBounds,
): Map<number, ManifestSegment[]> {
  const small = segments.filter(({ bytes }) => bytes <= segmentBytesMax / 2);
  return groupBy(small, ({ viewId }) => viewId);
}

function tierOf(bytes: number): number {
  return Math.floor(Math.log2(Math.max(bytes / tierBytesMin, 1)) / tierBits);
}

/** Neighbours in event time come together: a reader of a range of times then needs few files. */
function packed(segments: readonly ManifestSegment[], { segmentBytesMax }: MergeBounds): ManifestSegment[][] {
  const groups: ManifestSegment[][] = [];
  let bytes = Infinity;
  for (const segment of [...segments].sort(byTime)) {
    bytes += segment.bytes;
    const last = groups.at(-1);
    if (last === undefined || bytes > segmentBytesMax || last.length === filesPerMergeMax) {
      groups.push([segment]);
      bytes = segment.bytes;
    } else last.push(segment);
  }
  return groups.filter(({ length }) => length > 1);
}

function byTime(a: ManifestSegment, b: ManifestSegment): number {
  if (a.eventTimeMinUs !== b.eventTimeMinUs) return a.eventTimeMinUs < b.eventTimeMinUs ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}

function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
