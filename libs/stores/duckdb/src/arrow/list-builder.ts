import { Field, FixedSizeList, List, makeData, type Data, type DataType } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import { arrayChildOf, dataOf, isValid, listChildOf, listEntryBytes } from "../vectors/raw-vector.ts";
import { spreadBits, validityWithin, type RowBits } from "../vectors/validity-within.ts";
import { Bitmap } from "./bitmap.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** Name of the elements of a list, as Arrow's other implementations write it. */
const elementName = "item";

/** LIST: offsets and one child column. */
export class ListBuilder implements ColumnBuilder {
  readonly type: DataType;
  private readonly child: ColumnBuilder;
  private readonly offsets = new GrowingBytes(16_384);
  private readonly bitmap = new Bitmap();
  private elements = 0;

  constructor(child: ColumnBuilder) {
    this.child = child;
    this.type = new List(new Field(elementName, child.type, true));
    this.pushOffset();
  }

  append(vector: Vector, start: number, count: number, within?: RowBits): void {
    const entries = dataOf(vector, (start + count) * listEntryBytes);
    const words = new Uint32Array(entries.buffer, entries.byteOffset, (start + count) * 4);
    const validity = validityWithin(vector, start + count, within);
    this.bitmap.append(validity, start, count);
    const { child } = listChildOf(vector);
    // Neighbouring lists mostly have neighbouring elements, which are appended in one go.
    let runStart = 0;
    let runEnd = 0;
    for (let row = start; row < start + count; row++) {
      const length = isValid(validity, row) ? words[row * 4 + 2]! : 0;
      const offset = words[row * 4]!;
      if (length > 0 && offset !== runEnd) {
        if (runEnd > runStart) this.child.append(child, runStart, runEnd - runStart);
        runStart = offset;
        runEnd = offset;
      }
      runEnd += length;
      this.elements += length;
      this.pushOffset();
    }
    if (runEnd > runStart) this.child.append(child, runStart, runEnd - runStart);
  }

  finish(): Data {
    const { bytes, nullCount, length } = this.bitmap.finish();
    const offsets = this.offsets.finish();
    const valueOffsets = new Int32Array(offsets.buffer, offsets.byteOffset, length + 1);
    this.elements = 0;
    this.pushOffset();
    const child = this.child.finish();
    return makeData({
      type: this.type as List,
      length,
      nullCount,
      nullBitmap: bytes ?? null,
      valueOffsets,
      child,
    });
  }

  private pushOffset(): void {
    const bytes = this.offsets.reserve(4);
    new DataView(bytes.buffer, bytes.byteOffset).setInt32(this.offsets.length, this.elements, true);
    this.offsets.length += 4;
  }
}

/** ARRAY: as many elements for every row, NULL rows included. */
export class FixedSizeListBuilder implements ColumnBuilder {
  readonly type: DataType;
  private readonly child: ColumnBuilder;
  private readonly size: number;
  private readonly bitmap = new Bitmap();

  constructor(child: ColumnBuilder, size: number) {
    this.child = child;
    this.size = size;
    this.type = new FixedSizeList(size, new Field(elementName, child.type, true));
  }

  append(vector: Vector, start: number, count: number, within?: RowBits): void {
    const rows = start + count;
    const validity = validityWithin(vector, rows, within);
    this.bitmap.append(validity, start, count);
    const elements = spreadBits(validity, rows, this.size);
    this.child.append(arrayChildOf(vector), start * this.size, count * this.size, elements);
  }

  finish(): Data {
    const { bytes, nullCount, length } = this.bitmap.finish();
    const child = this.child.finish();
    return makeData({
      type: this.type as FixedSizeList,
      length,
      nullCount,
      nullBitmap: bytes ?? null,
      child,
    });
  }
}
