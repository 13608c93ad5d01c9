import { makeData, Utf8, type Data } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import { statusCodes } from "../sql/training-rows.ts";
import { dataOf } from "../vectors/raw-vector.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { GrowingBytes } from "./growing-bytes.ts";

const texts = statusCodes.map((status) => Buffer.from(status));

/** Counts status codes, and turns them into text where that is wanted. */
export class StatusBuilder implements ColumnBuilder {
  readonly type = new Utf8();
  /** Rows by code, since the beginning. */
  readonly counts: number[] = statusCodes.map(() => 0);
  private readonly codes = new GrowingBytes(2048);
  private readonly isWanted: boolean;

  constructor(isWanted: boolean) {
    this.isWanted = isWanted;
  }

  append(vector: Vector, start: number, count: number): void {
    const codes = dataOf(vector, start + count).subarray(start);
    for (let i = 0; i < count; i++) this.counts[codes[i]!]!++;
    if (this.isWanted) this.codes.append(codes);
  }

  finish(): Data {
    const codes = this.codes.finish();
    const valueOffsets = new Int32Array(codes.length + 1);
    for (let i = 0; i < codes.length; i++) valueOffsets[i + 1] = valueOffsets[i]! + texts[codes[i]!]!.length;
    const data = new Uint8Array(valueOffsets[codes.length]!);
    for (let i = 0; i < codes.length; i++) data.set(texts[codes[i]!]!, valueOffsets[i]!);
    return makeData({
      type: this.type,
      length: codes.length,
      nullCount: 0,
      nullBitmap: null,
      valueOffsets,
      data,
    });
  }
}
