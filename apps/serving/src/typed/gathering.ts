import { FeatureStoreError } from "@timewell/errors";

import { lostRow } from "./lost-row.ts";

/** What the store has under a key: its bytes, nothing, or `lostRow`. */
export type StoredRow = Uint8Array | undefined;

/** One who waits for a read of the store: for its rows from `from` on, or for the reason why there are none. */
export interface Waiter {
  take(rows: readonly StoredRow[], from: number): void;
  lose(reason: unknown): void;
}

/** The rows of one request, from one read or several. Its end comes once: with all rows, with those that are there, or with a reason. */
export class Gathering {
  readonly #rows: StoredRow[];
  readonly #partly: boolean;
  readonly #end: Waiter;
  #missing = 0;
  #ended = false;

  /** `partly`: rows that the store does not answer for are `lostRow`, instead of a reason to fail. */
  constructor(count: number, partly: boolean, end: Waiter) {
    this.#rows = new Array<StoredRow>(count).fill(lostRow);
    this.#partly = partly;
    this.#end = end;
  }

  /** One who waits for the rows at `places`. All parts are asked for before the first one can be answered. */
  part(places: readonly number[]): Waiter {
    this.#missing++;
    return {
      take: (rows, from) => {
        for (let i = 0; i < places.length; i++) this.#rows[places[i]!] = rows[from + i];
        this.#arrived();
      },
      lose: (reason) => {
        const lost = reason instanceof FeatureStoreError && reason.kind === "STORE_UNAVAILABLE";
        if (this.#partly && lost) return this.#arrived();
        if (this.#ended) return;
        this.#ended = true;
        this.#end.lose(reason);
      },
    };
  }

  /** Goes on with what is there. */
  finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end.take(this.#rows, 0);
  }

  #arrived(): void {
    if (--this.#missing === 0) this.finish();
  }
}
