import { Status } from "@timewell/contracts";
import { headerBytes, readHeader } from "@timewell/row";
import { effectiveTtlUs } from "@timewell/ttl";

import { type EventBound, eventBound, eventTimeHigh, eventTimeLow } from "./event-bound.ts";
import { lostRow } from "./lost-row.ts";

/** Judges the rows of one view as `rowStatus` does, on the bytes of their headers. */
export class RowJudge {
  readonly #at: EventBound;
  /** Rows before it are expired; undefined: none is. */
  readonly #aliveFrom: EventBound | undefined;
  /** Rows before it are forgotten; undefined: none is. */
  readonly #keptFrom: EventBound | undefined;

  /** All in µs; ttl and forgetAfter of 0 are for ever. */
  constructor(
    atUs: bigint,
    ttlUs: { readonly ttlUs: bigint; readonly forgetAfterUs: bigint },
    maxAgeUs: bigint | undefined,
  ) {
    this.#at = eventBound(atUs);
    const effective = effectiveTtlUs(ttlUs.ttlUs, maxAgeUs);
    if (effective !== 0n) this.#aliveFrom = eventBound(atUs - effective);
    if (ttlUs.forgetAfterUs !== 0n) this.#keptFrom = eventBound(atUs - ttlUs.forgetAfterUs);
  }

  /** The status of a row; `lostRow` is UNAVAILABLE. DATA_LOSS where its bytes are not a stored row. */
  judge(row: Uint8Array | undefined): Status {
    if (row === undefined) return Status.NOT_FOUND;
    if (row.length < headerBytes || row[0] !== 1 || row[1]! > 1) {
      if (row === lostRow) return Status.UNAVAILABLE;
      readHeader(row);
    }
    const high = eventTimeHigh(row);
    const low = eventTimeLow(row);
    if (isBefore(this.#at.high, this.#at.low, high, low)) return Status.NEWER;
    if (row[1] === 1) return Status.NOT_FOUND;
    const kept = this.#keptFrom;
    if (kept !== undefined && isBefore(high, low, kept.high, kept.low)) return Status.NOT_FOUND;
    const alive = this.#aliveFrom;
    if (alive !== undefined && isBefore(high, low, alive.high, alive.low)) return Status.EXPIRED;
    return Status.PRESENT;
  }
}

function isBefore(high: number, low: number, otherHigh: number, otherLow: number): boolean {
  return high < otherHigh || (high === otherHigh && low < otherLow);
}
