import { Field, makeData, Struct, type Data, type DataType } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import { structChildOf } from "../vectors/raw-vector.ts";
import { validityWithin, type RowBits } from "../vectors/validity-within.ts";
import { Bitmap } from "./bitmap.ts";
import type { ColumnBuilder } from "./column-builder.ts";

/** STRUCT: one child column a part. */
export class StructBuilder implements ColumnBuilder {
  readonly type: DataType;
  private readonly children: readonly ColumnBuilder[];
  private readonly bitmap = new Bitmap();

  constructor(names: readonly string[], children: readonly ColumnBuilder[]) {
    this.children = children;
    this.type = new Struct(children.map((child, i) => new Field(names[i]!, child.type, true)));
  }

  append(vector: Vector, start: number, count: number, within?: RowBits): void {
    const validity = validityWithin(vector, start + count, within);
    this.bitmap.append(validity, start, count);
    this.children.forEach((child, i) => child.append(structChildOf(vector, i), start, count, validity));
  }

  finish(): Data {
    const { bytes, nullCount, length } = this.bitmap.finish();
    const children = this.children.map((child) => child.finish());
    return makeData({ type: this.type as Struct, length, nullCount, nullBitmap: bytes ?? null, children });
  }
}
