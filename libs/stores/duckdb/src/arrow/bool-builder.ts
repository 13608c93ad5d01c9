import { Bool, makeData, type Data } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import { dataOf } from "../vectors/raw-vector.ts";
import { validityWithin, type RowBits } from "../vectors/validity-within.ts";
import { Bitmap } from "./bitmap.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** BOOLEAN: a byte a row in DuckDB, a bit in Arrow. */
export class BoolBuilder implements ColumnBuilder {
  readonly type = new Bool();
  private readonly bytes = new GrowingBytes(2048);
  private readonly bitmap = new Bitmap();

  append(vector: Vector, start: number, count: number, within?: RowBits): void {
    this.bytes.append(dataOf(vector, start + count).subarray(start));
    this.bitmap.append(validityWithin(vector, start + count, within), start, count);
  }

  finish(): Data {
    const { bytes: nulls, nullCount, length } = this.bitmap.finish();
    const bytes = this.bytes.finish();
    const data = new Uint8Array((length + 7) >> 3);
    for (let i = 0; i < length; i++) if (bytes[i] === 1) data[i >> 3]! |= 1 << (i & 7);
    if (nulls !== undefined) for (let i = 0; i < data.length; i++) data[i]! &= nulls[i]!;
    return makeData({ type: this.type, length, nullCount, nullBitmap: nulls ?? null, data });
  }
}
