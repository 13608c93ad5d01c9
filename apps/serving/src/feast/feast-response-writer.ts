import { feastServing } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { wireTypes } from "@timewell/row";

import { varintBytes, writeVarint } from "../typed/varint.ts";
import type { CellTable, FoundRows } from "./cell-table.ts";
import { EventTimes } from "./event-times.ts";
import type { FeastPlan } from "./feast-plan.ts";
import type { EntityColumn, FeastRequest } from "./read-feast-request.ts";

const { PRESENT } = feastServing.FieldStatus;
const { lengthDelimited } = wireTypes;
const metadataTag = (1 << 3) | lengthDelimited;
const resultTag = (2 << 3) | lengthDelimited;
const namesTag = (1 << 3) | lengthDelimited;
const valuesTag = (1 << 3) | lengthDelimited;
const statusesTag = (2 << 3) | lengthDelimited;
const timesTag = (3 << 3) | lengthDelimited;
const responseBytesMax = 64 * 2 ** 20;

/**
 * Writes `feast.serving.GetOnlineFeaturesResponse` by copying: a first pass adds up the sizes of the columns, a second one writes
 * into memory of just that size. Not safe to call again from within a call.
 */
export class FeastResponseWriter {
  readonly #names = new WeakMap<FeastPlan, [short: Uint8Array | undefined, full: Uint8Array | undefined]>();
  readonly #times = new EventTimes();
  /** Bytes of the values of each column. */
  #valueBytes = new Float64Array(0);

  /** The response message; LIMIT_EXCEEDED over 64 MiB. */
  write(request: FeastRequest, table: CellTable, found: FoundRows): Uint8Array {
    const { plan, rowCount, columns: echoed, fullFeatureNames } = request;
    const names = namesBytes(echoed.map(({ name }) => name));
    const featureNames = this.#featureNames(plan, fullFeatureNames);
    const versions = request.includeVersions ? versionBytes(plan) : new Uint8Array(0);
    this.#times.prepare(found, table.rowStatuses);
    const namesLength = names.length + featureNames.length;
    const metadata = field(namesLength) + versions.length;
    const echoTail = field(rowCount) + rowCount * 2;
    let total = field(metadata);
    for (const { values } of echoed) total += field(values.length + echoTail);
    this.#measure(table, found);
    for (let c = 0; c < plan.columns.length; c++) total += field(this.#vectorBytes(plan, c, rowCount));
    if (total > responseBytesMax) throw tooLarge(total);

    const out = Buffer.allocUnsafe(total);
    let at = writeHead(out, 0, metadataTag, metadata);
    at = writeHead(out, at, namesTag, namesLength);
    out.set(names, at);
    out.set(featureNames, at + names.length);
    out.set(versions, at + namesLength);
    at += namesLength + versions.length;
    for (const column of echoed) at = writeEcho(out, at, column, column.values.length + echoTail, rowCount);
    for (let c = 0; c < plan.columns.length; c++) {
      at = writeHead(out, at, resultTag, this.#vectorBytes(plan, c, rowCount));
      at = writeValues(out, at, c, table, found);
      at = writeHead(out, at, statusesTag, rowCount);
      const first = c * rowCount;
      for (let cell = first; cell < first + rowCount; cell++) out[at++] = table.statuses[cell]!;
      const { start, end } = this.#times.of(plan.columns[c]!.use);
      out.set(this.#times.bytes.subarray(start, end), at);
      at += end - start;
    }
    return out;
  }

  #featureNames(plan: FeastPlan, full: boolean): Uint8Array {
    let known = this.#names.get(plan);
    if (known === undefined) this.#names.set(plan, (known = [undefined, undefined]));
    const which = full ? 1 : 0;
    return (known[which] ??= namesBytes(plan.columns.map(({ name, fullName }) => (full ? fullName : name))));
  }

  #measure(table: CellTable, { plan: { columns }, rowCount }: FoundRows): void {
    if (this.#valueBytes.length < columns.length) this.#valueBytes = new Float64Array(columns.length);
    const { statuses, starts, ends } = table;
    for (let c = 0, cell = 0; c < columns.length; c++) {
      const tagBytes = columns[c]!.value.tag.length;
      let sum = 0;
      for (let row = 0; row < rowCount; row++, cell++) {
        sum += statuses[cell] === PRESENT ? field(tagBytes + ends[cell]! - starts[cell]!) : field(0);
      }
      this.#valueBytes[c] = sum;
    }
  }

  #vectorBytes(plan: FeastPlan, column: number, rowCount: number): number {
    const { start, end } = this.#times.of(plan.columns[column]!.use);
    return this.#valueBytes[column]! + field(rowCount) + end - start;
  }
}

/** Bytes of a length-delimited field of a one-byte tag. */
function field(length: number): number {
  return 1 + varintBytes(length) + length;
}

function writeHead(out: Uint8Array, at: number, tag: number, length: number): number {
  out[at] = tag;
  return writeVarint(out, at + 1, length);
}

/** A column of the request again: what is asked for is always PRESENT, and has no time. */
function writeEcho(
  out: Uint8Array,
  start: number,
  { values }: EntityColumn,
  length: number,
  rowCount: number,
): number {
  let at = writeHead(out, start, resultTag, length);
  out.set(values, at);
  at = writeHead(out, at + values.length, statusesTag, rowCount);
  out.fill(PRESENT, at, at + rowCount);
  at += rowCount;
  for (let row = 0; row < rowCount; row++) {
    out[at++] = timesTag;
    out[at++] = 0;
  }
  return at;
}

/** The values of a column, each a tag and the bytes of the stored row; without a value the message is empty. */
function writeValues(
  out: Uint8Array,
  start: number,
  column: number,
  { statuses, starts, ends, seconds }: CellTable,
  { plan, rowCount, stored, from }: FoundRows,
): number {
  const { use, value } = plan.columns[column]!;
  const { tag } = value;
  const width = plan.uses.length;
  let at = start;
  for (let row = 0, cell = column * rowCount; row < rowCount; row++, cell++) {
    out[at++] = valuesTag;
    if (statuses[cell] !== PRESENT) {
      out[at++] = 0;
      continue;
    }
    const source = value.time === "none" ? stored[from + row * width + use]! : seconds.bytes;
    const first = starts[cell]!;
    const end = ends[cell]!;
    at = writeVarint(out, at, tag.length + end - first);
    for (let i = 0; i < tag.length; i++) out[at++] = tag[i]!;
    if (end - first > copyMin) {
      out.set(source.subarray(first, end), at);
      at += end - first;
    } else for (let i = first; i < end; i++) out[at++] = source[i]!;
  }
  return at;
}

/** Shorter values are copied in a loop: quicker than a call into the engine. */
const copyMin = 64;

/** Names as `FeatureList.val`. */
function namesBytes(names: readonly string[]): Uint8Array {
  return Buffer.concat(
    names.map((name) => {
      const text = Buffer.from(name);
      const head = Buffer.alloc(1 + varintBytes(text.length));
      writeHead(head, 0, (1 << 3) | lengthDelimited, text.length);
      return Buffer.concat([head, text]);
    }),
  );
}

/** The views and their versions as `feature_view_metadata`. */
function versionBytes({ stored }: FeastPlan): Uint8Array {
  const views = new Map(stored.map(({ view, version }) => [`${view}@${version}`, { view, version }]));
  return Buffer.concat(
    [...views.values()].map(({ view, version }) => {
      const name = Buffer.from(view);
      const length = field(name.length) + 1 + varintBytes(version);
      const out = Buffer.alloc(field(length));
      let at = writeHead(out, 0, (2 << 3) | lengthDelimited, length);
      at = writeHead(out, at, (1 << 3) | lengthDelimited, name.length);
      out.set(name, at);
      writeHead(out, at + name.length, (2 << 3) | wireTypes.varint, version);
      return out;
    }),
  );
}

function tooLarge(bytes: number): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot send an answer of ${bytes} bytes: at most 64 MiB are allowed`,
    {
      field: "entities",
      hint: "Ask for fewer rows or features at once.",
    },
  );
}
