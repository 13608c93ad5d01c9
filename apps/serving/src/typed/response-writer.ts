import { Status } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { cutPayloadInto, type FeatureValue, headerBytes, wireTypes } from "@timewell/row";

import type { ComputedPlan } from "./computed-plan.ts";
import type { StoredRow } from "./gathering.ts";
import type { PlannedUse, RequestPlan } from "./request-plan.ts";
import type { RowJudge } from "./row-judge.ts";
import { timeWriter } from "./time-writer.ts";
import { varintBytes, writeVarint } from "./varint.ts";

/** What a response is made of. */
export interface ResponseParts {
  readonly plan: RequestPlan;
  readonly rowCount: number;
  /** For each row what its computed features need of the request; empty where the plan has none. */
  readonly inputs: readonly (readonly FeatureValue[])[];
  /** For each row one for each use, from `from` on. */
  readonly stored: readonly StoredRow[];
  readonly from: number;
  /** One for each use. */
  readonly judges: readonly RowJudge[];
  readonly includeTimes: boolean;
  readonly servedAtUs: bigint;
}

const timeBytes = 8;
const servedAtBytes = 9;
const serviceRevisionTag = (3 << 3) | wireTypes.varint;
const rowsTag = (1 << 3) | wireTypes.lengthDelimited;
const servedAtTag = (2 << 3) | wireTypes.fixed64;
/** Tags of the messages of a row that are not views; all of one byte. */
const statesTag = (1 << 3) | wireTypes.lengthDelimited;
const eventTimesTag = (2 << 3) | wireTypes.lengthDelimited;
const availableTimesTag = (3 << 3) | wireTypes.lengthDelimited;

const computedTag = (4 << 3) | wireTypes.lengthDelimited;

/** What the server sends at most. */
const responseBytesMax = 64 * 2 ** 20;

/** Sizes of the messages of one row, in the order of its fields. */
const sizesPerRow = 4;

/**
 * Writes responses by copying payloads: a first pass judges every row and adds up the sizes, a second one writes into memory of
 * just that size. Not safe to call again from within a call: its own memory is used again for each response.
 */
export class ResponseWriter {
  #statuses = new Uint8Array(0);
  /** Payload lengths of rows that are PRESENT. */
  #lengths = new Uint32Array(0);
  /** States, event times, available times and the row as a whole. */
  #sizes = new Uint32Array(0);
  /** Payloads that were cut, one after another. */
  #cut = new Uint8Array(0);
  #cutEnd = 0;
  /** The message of the computed features of each row. */
  readonly #computed: Uint8Array[] = [];

  /** The response message, in memory of just its size; LIMIT_EXCEEDED over 64 MiB, before any is asked for. */
  write(parts: ResponseParts, memory: (bytes: number) => Buffer): Uint8Array {
    const out = memory(this.#measure(parts));
    let at = 0;
    let cutAt = 0;
    const { plan, rowCount, stored, from, includeTimes } = parts;
    const { uses } = plan;
    for (let row = 0, i = 0; row < rowCount; row++) {
      const sizes = row * sizesPerRow;
      out[at++] = rowsTag;
      at = writeVarint(out, at, this.#sizes[sizes + 3]!);
      at = this.#writeStates(out, at, uses, i, this.#sizes[sizes]!);
      if (includeTimes) at = this.#writeTimes(out, at, parts, row);
      if (plan.computed !== undefined) at = writePart(out, at, computedTag, this.#computed[row]!);
      for (let u = 0; u < uses.length; u++, i++) {
        if (this.#statuses[i] !== Status.PRESENT) continue;
        const use = uses[u]!;
        const length = this.#lengths[i]!;
        at = writeVarint(out, at, use.number * 8 + wireTypes.lengthDelimited);
        at = writeVarint(out, at, length);
        if (use.mask === undefined) copyPayload(stored[from + i]!, out, at);
        else {
          out.set(this.#cut.subarray(cutAt, cutAt + length), at);
          cutAt += length;
        }
        at += length;
      }
    }
    out[at++] = servedAtTag;
    at = out.writeBigInt64LE(parts.servedAtUs, at);
    out[at++] = serviceRevisionTag;
    writeVarint(out, at, plan.serviceRevision);
    return out;
  }

  /** The statuses of the response that was written last: for each row one for each use. */
  get statuses(): Uint8Array {
    return this.#statuses;
  }

  #measure(parts: ResponseParts): number {
    const { plan, rowCount } = parts;
    const count = rowCount * plan.uses.length;
    if (this.#statuses.length < count) {
      this.#statuses = new Uint8Array(count);
      this.#lengths = new Uint32Array(count);
    }
    if (this.#sizes.length < rowCount * sizesPerRow) this.#sizes = new Uint32Array(rowCount * sizesPerRow);
    this.#cutEnd = 0;
    this.#computed.length = 0;
    let total = servedAtBytes + 1 + varintBytes(plan.serviceRevision);
    for (let row = 0; row < rowCount; row++) {
      const size = this.#measureRow(parts, row);
      total += 1 + varintBytes(size) + size;
      if (total > responseBytesMax) throw tooLarge();
    }
    return total;
  }

  #measureRow(parts: ResponseParts, row: number): number {
    const { plan, stored, from, judges, includeTimes } = parts;
    const { uses } = plan;
    let states = 0;
    let eventTimes = 0;
    let availableTimes = 0;
    let size = 0;
    for (let u = 0, i = row * uses.length; u < uses.length; u++, i++) {
      const use = uses[u]!;
      const bytes = stored[from + i];
      const status = judges[u]!.judge(bytes);
      this.#statuses[i] = status;
      if (status === Status.PRESENT) {
        const length =
          use.mask === undefined ? bytes!.length - headerBytes : this.#cutPayload(bytes!, use.mask);
        this.#lengths[i] = length;
        size += use.tagBytes + varintBytes(length) + length;
      } else states += use.tagBytes + 1;
      if (!includeTimes || !timeWriter.shows(status)) continue;
      eventTimes += use.tagBytes + timeBytes;
      if (timeWriter.hasAvailableTime(bytes!)) availableTimes += use.tagBytes + timeBytes;
    }
    if (states > 0) size += 1 + varintBytes(states) + states;
    if (includeTimes) {
      size += 1 + varintBytes(eventTimes) + eventTimes;
      size += 1 + varintBytes(availableTimes) + availableTimes;
    }
    if (plan.computed !== undefined) size += this.#compute(plan.computed, parts, row);
    const sizes = row * sizesPerRow;
    this.#sizes[sizes] = states;
    this.#sizes[sizes + 1] = eventTimes;
    this.#sizes[sizes + 2] = availableTimes;
    this.#sizes[sizes + 3] = size;
    return size;
  }

  /** Computes the features of a row that was judged; returns the bytes of their field. */
  #compute(computed: ComputedPlan, { plan, stored, from, inputs }: ResponseParts, row: number): number {
    const first = row * plan.uses.length;
    const message = computed.encode(inputs[row]!, (use) =>
      this.#statuses[first + use] === Status.PRESENT ? stored[from + first + use] : undefined,
    );
    this.#computed.push(message);
    return 1 + varintBytes(message.length) + message.length;
  }

  #cutPayload(bytes: Uint8Array, mask: Uint8Array): number {
    const start = this.#cutEnd;
    const end = start + bytes.length - headerBytes;
    if (end > this.#cut.length) {
      const larger = new Uint8Array(Math.max(end, this.#cut.length * 2, 4096));
      larger.set(this.#cut.subarray(0, start));
      this.#cut = larger;
    }
    this.#cutEnd = cutPayloadInto(this.#cut, start, bytes.subarray(headerBytes), mask);
    return this.#cutEnd - start;
  }

  #writeStates(
    out: Uint8Array,
    start: number,
    uses: readonly PlannedUse[],
    first: number,
    size: number,
  ): number {
    if (size === 0) return start;
    let at = start;
    out[at++] = statesTag;
    at = writeVarint(out, at, size);
    for (let u = 0; u < uses.length; u++) {
      const status = this.#statuses[first + u]!;
      if (status === Status.PRESENT) continue;
      at = writeVarint(out, at, uses[u]!.number * 8 + wireTypes.varint);
      out[at++] = status;
    }
    return at;
  }

  #writeTimes(out: Uint8Array, start: number, parts: ResponseParts, row: number): number {
    const { plan, stored, from } = parts;
    const { uses } = plan;
    const first = row * uses.length;
    let at = start;
    out[at++] = eventTimesTag;
    at = writeVarint(out, at, this.#sizes[row * sizesPerRow + 1]!);
    for (let u = 0; u < uses.length; u++) {
      if (!timeWriter.shows(this.#statuses[first + u]!)) continue;
      at = writeVarint(out, at, uses[u]!.number * 8 + wireTypes.fixed64);
      at = timeWriter.writeEventTime(out, at, stored[from + first + u]!);
    }
    out[at++] = availableTimesTag;
    at = writeVarint(out, at, this.#sizes[row * sizesPerRow + 2]!);
    for (let u = 0; u < uses.length; u++) {
      if (!timeWriter.shows(this.#statuses[first + u]!)) continue;
      const bytes = stored[from + first + u]!;
      if (!timeWriter.hasAvailableTime(bytes)) continue;
      at = writeVarint(out, at, uses[u]!.number * 8 + wireTypes.fixed64);
      at = timeWriter.writeAvailableTime(out, at, bytes);
    }
    return at;
  }
}

/** Writes a field that is a message, with a tag of one byte; returns where it ends. */
function writePart(out: Uint8Array, start: number, tag: number, message: Uint8Array): number {
  out[start] = tag;
  const at = writeVarint(out, start + 1, message.length);
  out.set(message, at);
  return at + message.length;
}

/** Without a view on the payload, which would cost as much as the copy. */
function copyPayload(row: Uint8Array, out: Buffer, at: number): void {
  if (row instanceof Buffer) row.copy(out, at, headerBytes);
  else out.set(row.subarray(headerBytes), at);
}

function tooLarge(): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    "Cannot send an answer of more than 64 MiB: that is the most that fits in one",
    { field: "rows", hint: "Ask for fewer rows or features at once." },
  );
}
