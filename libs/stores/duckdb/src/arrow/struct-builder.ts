import { Field, makeData, Struct, type Data, type DataType } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import { structChildOf, validityOf } from "../vectors/raw-vector.ts";
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

  append(vector: Vector, start: number, count: number): void {
    this.bitmap.append(validityOf(vector, start + count), start, count);
    this.children.forEach((child, i) => child.append(structChildOf(vector, i), start, count));
  }

  finish(): Data {
    const { bytes, nullCount, length } = this.bitmap.finish();
    const children = this.children.map((child) => child.finish());
    return makeData({ type: this.type as Struct, length, nullCount, nullBitmap: bytes ?? null, children });
  }
}
