import type { Data, DataType } from "apache-arrow";
import type { Vector } from "@duckdb/node-bindings";

/** Gathers rows of a column out of raw vectors into Arrow buffers. */
export interface ColumnBuilder {
  /** Type of the column in Arrow. */
  readonly type: DataType;
  /** Appends `count` rows of a vector that holds at least `start + count`. */
  append(vector: Vector, start: number, count: number): void;
  /** Everything since the last call, as Arrow data; the builder is empty afterwards. */
  finish(): Data;
}
