import type { DuckDBType } from "@duckdb/node-api";
import type { FeatureType } from "@timewell/row";

/** A value to read: a key or feature, its type, and the column that holds it. */
export interface PlannedColumn {
  readonly name: string;
  readonly column: string;
  readonly type: FeatureType;
  /** Elements of a FLOAT_VECTOR; 0 for other types. */
  readonly dimension: number;
}

/** Files that lie next to each other in order and have the same types, read as one. */
export interface FileGroup {
  readonly format: "parquet" | "csv";
  readonly paths: readonly string[];
  /** Index of the first path among all. */
  readonly firstFile: number;
  /** Bytes of a CSV file: what is read of it at once needs no more. Undefined: not known. */
  readonly bytes?: number | undefined;
  /** Types of the columns, by name. A column that is absent is NULL in all rows. */
  readonly types: ReadonlyMap<string, DuckDBType>;
}

/** How a source is read, its columns checked against its files. */
export interface SourcePlan {
  readonly keys: readonly PlannedColumn[];
  readonly features: readonly PlannedColumn[];
  readonly eventTimeColumn: string;
  readonly createdTimeColumn: string | undefined;
  readonly availabilityDelayUs: bigint | undefined;
  readonly groups: readonly FileGroup[];
}
