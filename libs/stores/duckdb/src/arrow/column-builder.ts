import type { Data, DataType } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";
import type { RowBits } from "../vectors/validity-within.ts";

/** Gathers rows of a column out of raw vectors into Arrow buffers. */
export interface ColumnBuilder {
  /** Type of the column in Arrow. */
  readonly type: DataType;
  /**
   * Appends `count` rows of a vector that holds at least `start + count`. Rows whose bit in `within` is 0 are parts of something that is
   * NULL, and so are NULL too.
   */
  append(vector: Vector, start: number, count: number, within?: RowBits): void;
  /** Everything since the last call, as Arrow data with zeros wherever there is no value; the builder is empty afterwards. */
  finish(): Data;
  /** Nobody needs what `finish` gave last: its memory may be used again. */
  takeBack?(): void;
}
