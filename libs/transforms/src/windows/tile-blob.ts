import { FeatureStoreError } from "@timewell/errors";
import { addToSlot } from "./add-to-slot.ts";
import { EventValues, secondsOf, type TileEvent } from "./event-values.ts";
import { addRecord } from "./add-record.ts";
import { damagedBlob } from "./read-layout.ts";
import { blobAt, blobVersion, hopsS, recordsHeadBytes, tilesHeadBytes } from "./tile-layout.ts";
import { findTile, tileOffset } from "./find-tile.ts";
import type { BoundLayout, TilePlan } from "./tile-plan.ts";

const slackBytes = 512;

/**
 * The tiles of one entity, to which events are added in place. An event belongs in them once: whoever adds knows which ones are inside.
 * What lies further back than any window reaches from the latest event is dropped as events are added.
 */
export class TileBlob {
  readonly #plan: TilePlan;
  readonly #layout: BoundLayout;
  readonly #event: EventValues;
  #bytes: Uint8Array;
  #view: DataView;
  #length: number;
  /** Where the parts begin, sections before lists. */
  readonly #partAt: number[];
  #latestUs: bigint;

  /** `blob` undefined: an entity without events. Its bytes are copied. DATA_LOSS where it is damaged. */
  constructor(plan: TilePlan, blob: Uint8Array | undefined, event = new EventValues(plan)) {
    this.#plan = plan;
    this.#event = event;
    const own = blob === undefined ? emptyBlob(plan) : blob;
    this.#length = own.length;
    this.#bytes = new Uint8Array(own.length + slackBytes);
    this.#bytes.set(own);
    this.#view = new DataView(this.#bytes.buffer);
    this.#layout = layoutOfBlob(plan, this.#view, own.length);
    if (this.#layout.isNewer) {
      throw new FeatureStoreError(
        "REGISTRY_UNAVAILABLE",
        "Cannot add events to tiles: they were laid out by a newer definition of their view than this process has",
        { hint: "Wait until the registry can be followed again." },
      );
    }
    this.#partAt = [];
    let at = blobAt.layout + this.#layout.bytes.length;
    for (const { stride } of this.#layout.sections) {
      this.#partAt.push(at);
      at += tilesHeadBytes + this.#view.getUint16(at + 8, true) * stride;
    }
    for (const _ of this.#layout.lists) {
      this.#partAt.push(at);
      at += recordsHeadBytes + this.#view.getUint32(at + 2, true);
    }
    if (at !== own.length) throw damagedBlob(`${own.length} bytes, expected ${at}`);
    this.#latestUs = this.#view.getBigInt64(blobAt.latest, true);
  }

  /** The blob; it shares memory with this, and is valid until the next event. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds an event that is not inside yet. */
  add(event: TileEvent): void {
    this.#event.take(event);
    if (event.eventTimeUs > this.#latestUs || this.#isUntouched()) {
      this.#latestUs = event.eventTimeUs;
      this.#view.setBigInt64(blobAt.latest, event.eventTimeUs, true);
      this.#bytes[blobAt.version] = blobVersion | touched;
    }
    const { sections, lists } = this.#layout;
    for (let s = 0; s < sections.length; s++) this.#addToTiles(s);
    for (let l = 0; l < lists.length; l++) this.#addToRecords(l);
  }

  #isUntouched(): boolean {
    return (this.#bytes[blobAt.version]! & touched) === 0;
  }

  #addToTiles(place: number): void {
    const { slots, offsets, hop } = this.#layout.sections[place]!;
    const event = this.#event;
    let tile = -1;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      if (!event.counts(slot.filter, slot.input)) continue;
      if (tile < 0) {
        const hopS = hopsS[hop]!;
        tile = this.#tileAt(place, hopS === 0 ? 0 : Math.floor(event.timeS / hopS));
        if (tile < 0) return;
      }
      addToSlot(this.#view, tile + offsets[i]!, slot, event);
    }
  }

  /** Where the tile of a number begins; it is made where it is not there. −1: it lies too far back. */
  #tileAt(place: number, number: number): number {
    const { stride, reach } = this.#layout.sections[place]!;
    const at = this.#partAt[place]!;
    const tiles = this.#view.getUint16(at + 8, true);
    const newest = this.#view.getFloat64(at, true);
    if (tiles === 0 || number > newest) {
      this.#makeTile(place, 0, number);
      this.#view.setFloat64(this.#partAt[place]!, number, true);
      this.#dropTiles(place, tiles === 0 ? 0 : number - newest);
      return at + tilesHeadBytes;
    }
    if (newest - number > reach) return -1;
    const index = findTile(this.#view, at, stride, newest - number);
    const tile = tileOffset(at, stride, index);
    const wanted = number & 0xffff;
    if (index < tiles && this.#view.getUint16(tile, true) === wanted) return tile;
    this.#makeTile(place, index, number);
    return tile;
  }

  #makeTile(place: number, index: number, number: number): void {
    const { stride } = this.#layout.sections[place]!;
    const at = this.#partAt[place]!;
    const tile = tileOffset(at, stride, index);
    this.#splice(place, tile, 0, stride);
    this.#bytes.fill(0, tile, tile + stride);
    // A double of more than 53 bits cannot come here: tiles are seconds at the finest.
    this.#view.setUint16(tile, number & 0xffff, true);
    this.#view.setUint16(at + 8, this.#view.getUint16(at + 8, true) + 1, true);
  }

  /** Drops the tiles that are out of reach of the newest one, which is `advance` hops further than the last one was. */
  #dropTiles(place: number, advance: number): void {
    if (advance === 0) return;
    const { stride, reach } = this.#layout.sections[place]!;
    const at = this.#partAt[place]!;
    const tiles = this.#view.getUint16(at + 8, true);
    // Beyond 2^15 hops numbers of 16 bits cannot be told apart.
    const kept = advance > reach ? 1 : findTile(this.#view, at, stride, reach + 1);
    if (kept === tiles) return;
    this.#splice(place, tileOffset(at, stride, kept), (tiles - kept) * stride, 0);
    this.#view.setUint16(at + 8, kept, true);
  }

  #addToRecords(place: number): void {
    const list = this.#layout.lists[place]!;
    const { slot } = list;
    if (!this.#event.counts(slot.filter, slot.input)) return;
    const part = place + this.#layout.sections.length;
    addRecord(
      {
        view: () => this.#view,
        at: this.#partAt[part]!,
        splice: (from, removed, inserted) => this.#splice(part, from, removed, inserted),
      },
      list,
      this.#event,
      secondsOf(this.#latestUs),
    );
  }

  /** Replaces bytes of a part by room for others, and moves what comes after them. */
  #splice(part: number, from: number, removed: number, inserted: number): void {
    const delta = inserted - removed;
    if (this.#length + delta > this.#bytes.length) {
      const wider = new Uint8Array(2 * (this.#length + delta));
      wider.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = wider;
      this.#view = new DataView(wider.buffer);
    }
    this.#bytes.copyWithin(from + inserted, from + removed, this.#length);
    this.#length += delta;
    for (let p = part + 1; p < this.#partAt.length; p++) this.#partAt[p]! += delta;
  }
}

/** Set in the version of a blob that has had an event. */
const touched = 0x80;

function emptyBlob({ layout }: TilePlan): Uint8Array {
  const { bytes, id, sections, lists } = layout;
  const size =
    blobAt.layout + bytes.length + sections.length * tilesHeadBytes + lists.length * recordsHeadBytes;
  const blob = new Uint8Array(size);
  const view = new DataView(blob.buffer);
  blob[blobAt.version] = blobVersion;
  view.setUint32(blobAt.layoutId, id, true);
  view.setUint16(blobAt.layoutBytes, bytes.length, true);
  blob.set(bytes, blobAt.layout);
  return blob;
}

/** The layout of a blob. DATA_LOSS where it is damaged. */
export function layoutOfBlob(plan: TilePlan, view: DataView, length: number): BoundLayout {
  if (length < blobAt.layout || (view.getUint8(blobAt.version) & 0x7f) !== blobVersion) {
    throw damagedBlob(`${length} bytes or a version that is not ${blobVersion}`);
  }
  const size = view.getUint16(blobAt.layoutBytes, true);
  if (blobAt.layout + size > length) throw damagedBlob("a layout that ends too early");
  const id = view.getUint32(blobAt.layoutId, true);
  return plan.layoutOf(id, new Uint8Array(view.buffer, view.byteOffset + blobAt.layout, size));
}
