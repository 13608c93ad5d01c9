import type { CompiledView, CompiledWindows } from "@timewell/model";
import { isStoredTiles, payloadOf, readHeader } from "@timewell/row";
import type { OnlineKey, OnlineKeys } from "@timewell/store-ports";
import { FeatureStoreError } from "@timewell/errors";
import { laterOf } from "@timewell/ttl";

import { lostRow } from "../typed/lost-row.ts";

/** What the store has under a key, in the words of any transport. */
type StoredRow = Uint8Array | undefined | "UNAVAILABLE";

/** A view with windows among those of a request. */
interface WindowedUse {
  /** Its place among the views of a row. */
  readonly place: number;
  readonly view: CompiledView;
  readonly windows: CompiledWindows;
}

/**
 * Makes rows out of the tiles of windowed views, right behind the read of the store, so that everything after it judges, cuts and
 * copies rows of one kind. A view with a batch source has a second value for each entity, which is read along.
 */
export class WindowReads {
  readonly #width: number;
  readonly #uses: readonly WindowedUse[];

  private constructor(width: number, uses: readonly WindowedUse[]) {
    this.#width = width;
    this.#uses = uses;
  }

  /** For the views that each row of a request reads, in their order; undefined where none has windows. */
  static of(views: readonly CompiledView[]): WindowReads | undefined {
    const uses = views.flatMap((view, place): WindowedUse[] =>
      view.windows === undefined ? [] : [{ place, view, windows: view.windows }],
    );
    return uses.length === 0 ? undefined : new WindowReads(views.length, uses);
  }

  /** What is to be read after the keys of all rows, which are one for each view and row. */
  batchKeys(keys: OnlineKeys, rowCount: number): OnlineKey[] {
    const more: OnlineKey[] = [];
    for (const { place, windows } of this.#uses) {
      if (windows.batchPartId === undefined) continue;
      for (let row = 0; row < rowCount; row++) {
        const { entityKey } = keys.at(row * this.#width + place)!;
        more.push({ viewId: windows.batchPartId, entityKey });
      }
    }
    return more;
  }

  /**
   * The rows of a request, those of windowed views answered as of an instant, µs UTC; they begin at `from`, and what `batchKeys` asked
   * for comes after them. The result begins at 0. DATA_LOSS where tiles are damaged.
   */
  render<T extends StoredRow>(stored: readonly T[], from: number, rowCount: number, atUs: bigint): T[] {
    const count = rowCount * this.#width;
    const rows = stored.slice(from, from + count);
    let batchAt = from + count;
    for (const { place, view, windows } of this.#uses) {
      const hasBatch = windows.batchPartId !== undefined;
      for (let row = 0; row < rowCount; row++) {
        const at = row * this.#width + place;
        const log = rows[at] as T;
        const batch = hasBatch ? stored[batchAt++] : undefined;
        rows[at] = isLost(log) || !isLost(batch) ? log : (batch as T);
        if (!isLost(rows[at])) rows[at] = renderRow(view, windows, log, batch, atUs) as T;
      }
    }
    return rows;
  }
}

function isLost(row: StoredRow): boolean {
  return row === lostRow || row === "UNAVAILABLE";
}

function renderRow(
  view: CompiledView,
  windows: CompiledWindows,
  log: StoredRow,
  batch: StoredRow,
  atUs: bigint,
): Uint8Array {
  const { values, latestUs } = windows.render(tilesOf(log), tilesOf(batch), atUs);
  const header = {
    deleted: false,
    eventTimeUs: latestUs ?? 0n,
    order: 0n,
    availableTimeUs: laterOf(availableOf(log), availableOf(batch)),
  };
  return view.codec.encodeStored(header, values);
}

function tilesOf(stored: StoredRow): Uint8Array | undefined {
  if (!(stored instanceof Uint8Array)) return undefined;
  if (isStoredTiles(stored)) return payloadOf(stored);
  throw new FeatureStoreError("DATA_LOSS", "Cannot read the windows of an entity: the store holds no tiles", {
    hint: "Rebuild the view with `timewell rebuild-online`.",
  });
}

function availableOf(stored: StoredRow): bigint | undefined {
  return stored instanceof Uint8Array ? readHeader(stored).availableTimeUs : undefined;
}
