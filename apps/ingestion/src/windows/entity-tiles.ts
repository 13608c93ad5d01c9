import { FeatureStoreError } from "@timewell/errors";
import { partitionOf } from "@timewell/keys";
import { type FeatureValue, payloadOf, readHeader } from "@timewell/row";
import type { EncodedRows } from "@timewell/store-ports";
import type { TileBlob } from "@timewell/transforms";
import { laterOf } from "@timewell/ttl";

import { tooLongText } from "./too-long-text.ts";
import { keyText, openTiles, type WindowedView } from "./stored-tiles.ts";

/** Events whose tiles are made in memory at a time; of more, some partitions after the others. */
const eventsMax = 1_000_000;

/** Tiles of one entity while its events are collected. */
export interface EntityTiles {
  readonly entityKey: Uint8Array;
  readonly blob: TileBlob;
  /** Greatest order of the events inside. */
  order: bigint;
  /** Greatest available time of the events inside, µs UTC. */
  availableTimeUs: bigint | undefined;
  /** Ids of the events inside, where events have one. */
  readonly eventIds: Set<unknown> | undefined;
}

/** How often history is to be read so that the tiles of a part of the entities fit into memory: 1 to 64 times. */
export function passesFor(events: number): number {
  return Math.min(64, Math.max(1, Math.ceil(events / eventsMax)));
}

/** True for the entities of a pass: those of every partition whose number leaves that rest. */
function isOfPass(entityKey: Uint8Array, pass: number, passes: number): boolean {
  return passes === 1 || partitionOf(entityKey) % passes === pass;
}

/** Collects encoded events, in any order, to the tiles of their entities. */
export class TilesOfEntities {
  readonly all = new Map<string, EntityTiles>();
  readonly #view: WindowedView;
  readonly #fromFiles: boolean;

  /** `fromFiles`: of events of an entity with one id only the first counts, and texts are checked, as the log does with its own. */
  constructor(view: WindowedView, { fromFiles }: { readonly fromFiles: boolean }) {
    this.#view = view;
    this.#fromFiles = fromFiles;
  }

  /** Adds those of a pass; returns how many. SOURCE_MISMATCH for a text that is too long to be answered. */
  add({ entityKeys, rows }: EncodedRows, pass: number, passes: number): number {
    let added = 0;
    rows.forEach((row, i) => {
      const entityKey = entityKeys[i]!;
      if (!isOfPass(entityKey, pass, passes)) return;
      const { deleted, eventTimeUs, order, availableTimeUs } = readHeader(row);
      if (deleted) return;
      const values = this.#view.input.codec.decode(payloadOf(row));
      if (this.#fromFiles) this.#checkTexts(values);
      const tiles = this.of(entityKey);
      if (tiles.eventIds !== undefined && !isNew(tiles.eventIds, values[this.#view.windows.eventId!]!))
        return;
      tiles.blob.add({ eventTimeUs, order, values });
      if (order > tiles.order) tiles.order = order;
      tiles.availableTimeUs = laterOf(tiles.availableTimeUs, availableTimeUs);
      added++;
    });
    return added;
  }

  #checkTexts(values: readonly FeatureValue[]): void {
    const long = tooLongText(this.#view, values);
    if (long === undefined) return;
    throw new FeatureStoreError(
      "SOURCE_MISMATCH",
      `Cannot aggregate events of ${this.#view.name}: ${long.name} has ${long.bytes} bytes in one, at most ${long.bytesMax} are allowed where features answer with it`,
      { field: long.name, hint: "Shorten the values of the source, or answer with another field" },
    );
  }

  /** The tiles of an entity; empty ones where it had none. */
  of(entityKey: Uint8Array): EntityTiles {
    const key = keyText(entityKey);
    const known = this.all.get(key);
    if (known !== undefined) return known;
    const made: EntityTiles = {
      entityKey: Uint8Array.from(entityKey),
      blob: openTiles(this.#view, undefined),
      order: 0n,
      availableTimeUs: undefined,
      eventIds: this.#fromFiles && this.#view.windows.eventId !== undefined ? new Set() : undefined,
    };
    this.all.set(key, made);
    return made;
  }
}

function isNew(eventIds: Set<unknown>, value: unknown): boolean {
  if (value === null) return true;
  const id = value instanceof Uint8Array ? keyText(value) : value;
  if (eventIds.has(id)) return false;
  eventIds.add(id);
  return true;
}
