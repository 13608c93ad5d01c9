import { slotBytes, slotIdBytes, type TileSlot } from "./tile-slot.ts";

/**
 * The value of a windowed view in the online store: the header of a stored row with format 2 (`@timewell/row`), then a tile blob.
 * The header's event time is 0, and its order that of the last event inside. Integers and doubles are little-endian.
 *
 * ```
 * blob    = [version u8: 1][latest event time i64 µs][layout id u32][layout bytes u16][layout][part of a section]*
 * layout  = [sections u16] section*                  says what the parts hold, so that a blob outlives a change of its view
 * section = [1][hop u8][reach u16][slots u16] id*    tiles of a hop
 *         | [9][cap u16][horizon f64 s] id           the latest events of one input
 *         | [10][hop u8][reach u16] id               the first event of each tile, of one input
 * id      = [kind u8][digest of input and filter, 7 bytes]
 * hop     = 0 lifetime | 1 5 s | 2 1 min | 3 5 min | 4 1 h | 5 1 d
 *
 * part of tiles  = [newest tile f64][tiles u16] tile*              newest first; tile k holds the events of [k, k + 1) hops
 * tile           = [k mod 2^16 u16] slot*                          up to `reach` hops older than the newest
 * slot           = [events u40]                                    1 count
 *                | [events u40][sum f64][error of the sum f32]     2 sum of doubles
 *                | [events u40][low u32][high f64]                 3 sum of integers: high × 2^32 + low
 *                | [events u40][mean f64][squares f64]             4 spread: Σ (x − mean)²
 *                | [some u8][value f64]                            5 min, 6 max
 *                | [some u8][value i64]                            7 min, 8 max of 64-bit integers
 *
 * part of events = [records u16][bytes u32] record*                latest first
 * record         = [event time i64 µs][order u64][bytes u32][value]
 * value          = as `record-value.ts` writes it
 * ```
 */
export interface TileLayout {
  /** The first bytes of a SHA-256 of `bytes`, as a number of 32 bits. */
  readonly id: number;
  /** The layout as blobs hold it. */
  readonly bytes: Uint8Array;
  readonly sections: readonly TileSection[];
  readonly lists: readonly RecordList[];
}

/** Tiles of one hop. */
export interface TileSection {
  /** Place in `hopsS`. */
  readonly hop: number;
  /** How many hops before the newest tile are kept; 0 for the lifetime. */
  readonly reach: number;
  readonly slots: readonly TileSlot[];
  /** Where each slot begins in a tile. */
  readonly offsets: readonly number[];
  /** Bytes of a tile. */
  readonly stride: number;
}

/** Events that are kept one by one, of one input. */
export interface RecordList {
  readonly slot: TileSlot;
  /** Most events of a list of the latest; 0 for the first of each tile. */
  readonly cap: number;
  /** How far before the latest event of the entity events are kept, s; `Infinity` for the lifetime. Lists of the latest only. */
  readonly horizonS: number;
  /** Place in `hopsS`; lists of first events only. */
  readonly hop: number;
  /** How many hops before the newest record are kept; lists of first events only. */
  readonly reach: number;
}

/** Length of each hop, s; 0 for the lifetime. */
export const hopsS: readonly number[] = [0, 5, 60, 300, 3_600, 86_400];

/** Version of the layout of blobs. */
export const blobVersion = 1;
/** Where parts of a blob are. */
export const blobAt = { version: 0, latest: 1, layoutId: 9, layoutBytes: 13, layout: 15 } as const;
/** Bytes before the tiles of a section. */
export const tilesHeadBytes = 10;
/** Bytes before the records of a list. */
export const recordsHeadBytes = 6;
/** Bytes before the value of a record. */
export const recordHeadBytes = 20;

/** A section with its slots laid out. */
export function tileSection(hop: number, reach: number, slots: readonly TileSlot[]): TileSection {
  const offsets: number[] = [];
  let at = 2;
  for (const { kind } of slots) {
    offsets.push(at);
    at += slotBytes[kind]!;
  }
  return { hop, reach, slots, offsets, stride: at };
}

/** The bytes that a layout has in a blob. */
export function layoutBytes(sections: readonly TileSection[], lists: readonly RecordList[]): Uint8Array {
  const size =
    2 +
    sections.reduce((sum, { slots }) => sum + 6 + slots.length * slotIdBytes, 0) +
    lists.reduce((sum, { cap }) => sum + (cap > 0 ? 11 : 4) + slotIdBytes, 0);
  const bytes = Buffer.alloc(size);
  let at = bytes.writeUInt16LE(sections.length + lists.length, 0);
  for (const { hop, reach, slots } of sections) {
    at = bytes.writeUInt8(1, at);
    at = bytes.writeUInt8(hop, at);
    at = bytes.writeUInt16LE(reach, at);
    at = bytes.writeUInt16LE(slots.length, at);
    for (const { id } of slots) at += bytes.write(id, at, "hex");
  }
  for (const { slot, cap, horizonS, hop, reach } of lists) {
    at = bytes.writeUInt8(slot.kind, at);
    if (cap > 0) {
      at = bytes.writeUInt16LE(cap, at);
      at = bytes.writeDoubleLE(horizonS, at);
    } else {
      at = bytes.writeUInt8(hop, at);
      at = bytes.writeUInt16LE(reach, at);
    }
    at += bytes.write(slot.id, at, "hex");
  }
  return bytes;
}
