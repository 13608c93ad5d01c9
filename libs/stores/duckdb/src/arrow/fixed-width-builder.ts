import { makeData, type Data, type DataType } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import { dataOf } from "../vectors/raw-vector.ts";
import { validityWithin, type RowBits } from "../vectors/validity-within.ts";
import { Bitmap } from "./bitmap.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { zeroNulls } from "./zero-nulls.ts";

/** Columns whose values are the same bytes in DuckDB and in Arrow. */
export class FixedWidthBuilder implements ColumnBuilder {
  readonly type: DataType;
  private readonly width: number;
  private readonly values = new GrowingBytes(16_384);
  private readonly bitmap = new Bitmap();

  constructor(type: DataType, width: number) {
    this.type = type;
    this.width = width;
  }

  /** A builder of the same bytes under another type of the same width. */
  withType(type: DataType): FixedWidthBuilder {
    return new FixedWidthBuilder(type, this.width);
  }

  append(vector: Vector, start: number, count: number, within?: RowBits): void {
    const data = dataOf(vector, (start + count) * this.width);
    this.values.append(data.subarray(start * this.width));
    this.bitmap.append(validityWithin(vector, start + count, within), start, count);
  }

  takeBack(): void {
    this.values.takeBack();
  }

  finish(): Data {
    const { bytes, nullCount, length } = this.bitmap.finish();
    const values = this.values.finish();
    zeroNulls(values, this.width, bytes);
    const { ArrayType } = this.type;
    const data = new ArrayType(
      values.buffer,
      values.byteOffset,
      values.byteLength / ArrayType.BYTES_PER_ELEMENT,
    );
    return makeData({ type: this.type, length, nullCount, nullBitmap: bytes ?? null, data } as never);
  }
}
