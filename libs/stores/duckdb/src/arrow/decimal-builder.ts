import { Decimal, makeData, type Data } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import { dataOf } from "../vectors/raw-vector.ts";
import { validityWithin, type RowBits } from "../vectors/validity-within.ts";
import { Bitmap } from "./bitmap.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { zeroNulls } from "./zero-nulls.ts";

/** Bytes of a decimal in Arrow. */
const decimalBytes = 16;

/** DECIMAL: 2, 4, 8 or 16 bytes by its width in DuckDB, always 16 in Arrow. */
export class DecimalBuilder implements ColumnBuilder {
  readonly type: Decimal;
  private readonly width: number;
  private readonly values = new GrowingBytes(32_768);
  private readonly bitmap = new Bitmap();

  constructor(digits: number, scale: number) {
    this.type = new Decimal(scale, digits, 128);
    this.width = digits <= 4 ? 2 : digits <= 9 ? 4 : digits <= 18 ? 8 : 16;
  }

  append(vector: Vector, start: number, count: number, within?: RowBits): void {
    const data = dataOf(vector, (start + count) * this.width).subarray(start * this.width);
    this.bitmap.append(validityWithin(vector, start + count, within), start, count);
    if (this.width === decimalBytes) this.values.append(data);
    else this.appendWidened(data, count);
  }

  finish(): Data {
    const { bytes, nullCount, length } = this.bitmap.finish();
    const values = this.values.finish();
    zeroNulls(values, decimalBytes, bytes);
    const data = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
    return makeData({ type: this.type, length, nullCount, nullBitmap: bytes ?? null, data });
  }

  private appendWidened(data: Uint8Array, count: number): void {
    const { width } = this;
    const target = this.values.reserve(count * decimalBytes);
    for (let row = 0; row < count; row++) {
      const at = this.values.length + row * decimalBytes;
      const sign = data[row * width + width - 1]! >= 0x80 ? 0xff : 0;
      for (let i = 0; i < width; i++) target[at + i] = data[row * width + i]!;
      target.fill(sign, at + width, at + decimalBytes);
    }
    this.values.length += count * decimalBytes;
  }
}
