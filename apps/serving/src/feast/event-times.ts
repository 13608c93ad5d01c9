import { Status } from "@timewell/contracts";
import { wireTypes } from "@timewell/row";

import { eventTimeHigh, eventTimeLow } from "../typed/event-bound.ts";
import { varintBytes, writeVarint } from "../typed/varint.ts";
import type { FoundRows } from "./cell-table.ts";
import { eventTimeOf } from "./event-time-of.ts";

const timesTag = (3 << 3) | wireTypes.lengthDelimited;
const secondsTag = (1 << 3) | wireTypes.varint;
const nanosTag = (2 << 3) | wireTypes.varint;
/** Tag, length, two tags, and varints of 10 and 5 bytes. */
const entryBytesMax = 19;

/** The event times of the rows of each use as `event_timestamps`, written once for all columns of the use. */
export class EventTimes {
  /** All of them. */
  bytes = new Uint8Array(0);
  #ends: number[] = [];

  /** Where those of a use lie in `bytes`. */
  of(use: number): { readonly start: number; readonly end: number } {
    return { start: use === 0 ? 0 : this.#ends[use - 1]!, end: this.#ends[use]! };
  }

  /** Writes the times of rows that are there, and empty ones for the others. */
  prepare({ plan: { uses }, rowCount, stored, from }: FoundRows, rowStatuses: Uint8Array): void {
    const room = uses.length * rowCount * entryBytesMax;
    if (this.bytes.length < room) this.bytes = new Uint8Array(room);
    this.#ends = [];
    let at = 0;
    for (let u = 0; u < uses.length; u++) {
      for (let i = u; i < rowCount * uses.length; i += uses.length) {
        this.bytes[at++] = timesTag;
        const status = rowStatuses[i];
        if (status === Status.PRESENT || status === Status.EXPIRED) at = this.#write(at, stored[from + i]!);
        else this.bytes[at++] = 0;
      }
      this.#ends.push(at);
    }
  }

  #write(start: number, row: Uint8Array): number {
    const { seconds, us } = eventTimeOf(eventTimeHigh(row), eventTimeLow(row));
    const nanos = us * 1000;
    // From 1970 on and before 2106 seconds have 32 bits; other times are rare.
    const isShort = seconds >= 0 && seconds <= 0xffffffff;
    const low = isShort ? seconds : Number(BigInt.asUintN(32, BigInt(seconds)));
    const secondsBytes = isShort ? varintBytes(low) : varint64Bytes(seconds);
    const length = (seconds === 0 ? 0 : 1 + secondsBytes) + (nanos === 0 ? 0 : 1 + varintBytes(nanos));
    let at = start;
    this.bytes[at++] = length;
    if (seconds !== 0) {
      this.bytes[at++] = secondsTag;
      at = isShort ? writeVarint(this.bytes, at, low) : this.#writeVarint64(at, seconds);
    }
    if (nanos === 0) return at;
    this.bytes[at++] = nanosTag;
    return writeVarint(this.bytes, at, nanos);
  }

  #writeVarint64(start: number, value: number): number {
    let at = start;
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.bytes[at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[at++] = Number(rest);
    return at;
  }
}

function varint64Bytes(value: number): number {
  return Math.ceil(BigInt.asUintN(64, BigInt(value)).toString(2).length / 7);
}
