import type { Binary, Utf8 } from "apache-arrow";
import { makeData, type Data } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import { FeatureStoreError } from "@timewell/errors";
import { dataOf, farBytes, inlineBytesMax, isValid, stringBytes } from "../vectors/raw-vector.ts";
import { validityWithin, type RowBits } from "../vectors/validity-within.ts";
import { Bitmap } from "./bitmap.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** Most bytes of text in one batch: offsets have 31 bits. */
const batchBytesMax = 2 ** 30;

/** VARCHAR and BLOB. */
export class TextBuilder implements ColumnBuilder {
  readonly type: Utf8 | Binary;
  private readonly offsets = new GrowingBytes(16_384);
  private readonly bytes = new GrowingBytes(65_536);
  private readonly bitmap = new Bitmap();

  constructor(type: Utf8 | Binary) {
    this.type = type;
    this.pushOffset();
  }

  append(vector: Vector, start: number, count: number, within?: RowBits): void {
    const data = dataOf(vector, (start + count) * stringBytes);
    const words = new Uint32Array(data.buffer, data.byteOffset, (start + count) * 4);
    const validity = validityWithin(vector, start + count, within);
    this.bitmap.append(validity, start, count);
    const offsets = this.reserveOffsets(count);
    for (let row = start; row < start + count; row++) {
      if (isValid(validity, row)) this.appendValue(data, row, words[row * 4]!);
      offsets[row - start] = this.bytes.length;
    }
    this.offsets.length += count * 4;
  }

  finish(): Data {
    const { bytes, nullCount, length } = this.bitmap.finish();
    const offsets = this.offsets.finish();
    const valueOffsets = new Int32Array(offsets.buffer, offsets.byteOffset, length + 1);
    const data = this.bytes.finish();
    this.pushOffset();
    return makeData({
      type: this.type as Utf8,
      length,
      nullCount,
      nullBitmap: bytes ?? null,
      valueOffsets,
      data,
    });
  }

  private appendValue(data: Uint8Array, row: number, length: number): void {
    if (length > inlineBytesMax) {
      if (this.bytes.length + length > batchBytesMax) throw tooLong();
      this.bytes.append(farBytes(data, row, length));
      return;
    }
    const target = this.bytes.reserve(length);
    const at = this.bytes.length;
    const from = row * stringBytes + 4;
    for (let i = 0; i < length; i++) target[at + i] = data[from + i]!;
    this.bytes.length += length;
  }

  private reserveOffsets(count: number): Int32Array {
    const bytes = this.offsets.reserve(count * 4);
    return new Int32Array(bytes.buffer, bytes.byteOffset + this.offsets.length, count);
  }

  private pushOffset(): void {
    this.reserveOffsets(1)[0] = 0;
    this.offsets.length += 4;
  }
}

function tooLong(): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    "Cannot make a batch: one of its columns has over 1 GiB of text",
    {
      hint: "Leave the column out, or shorten its values",
    },
  );
}
