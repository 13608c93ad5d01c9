import { tilesHeadBytes } from "./tile-layout.ts";

/** Where a tile begins. */
export function tileOffset(sectionAt: number, stride: number, index: number): number {
  return sectionAt + tilesHeadBytes + index * stride;
}

/** The first of the tiles of a section, newest first, that is at least `age` hops older than the newest; their count where none is. */
export function findTile(view: DataView, sectionAt: number, stride: number, age: number): number {
  const first = sectionAt + tilesHeadBytes;
  let low = 0;
  let high = view.getUint16(sectionAt + 8, true);
  if (high === 0) return 0;
  const newest = view.getUint16(first, true);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const ageThere = (newest - view.getUint16(first + middle * stride, true)) & 0xffff;
    if (ageThere < age) low = middle + 1;
    else high = middle;
  }
  return low;
}
