import { FileFormat } from "@timewell/contracts";
import { freeze } from "./freeze.ts";
import type { Duration } from "./duration.ts";

/** What `parquetSource()` and `csvSource()` take. */
export interface SourceOptions {
  /**
   * Path of a file, or of a folder for all its files of the format, in name order. Relative to the data root of the
   * servers, or absolute below one of their allowed roots.
   */
  readonly path: string;
  /** Column with the time when it happened. Naive timestamps are UTC. */
  readonly eventTime: string;
  /** Column with the time when the row was first known. Not together with `availabilityDelay`. */
  readonly createdTime?: string;
  /** How long after its event a row is known. Not together with `createdTime`. */
  readonly availabilityDelay?: Duration;
  /** Feature or join key name to column name, where they differ. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** Files with the history of a view. */
export interface SourceDefinition extends SourceOptions {
  readonly format: FileFormat;
}

/**
 * History in Apache Parquet files.
 *
 * @example
 * source: parquetSource({ path: "airport_hourly", eventTime: "hour", createdTime: "loaded_at" })
 */
export function parquetSource(options: SourceOptions): SourceDefinition {
  return freeze({ ...options, columns: { ...options.columns }, format: FileFormat.PARQUET });
}

/**
 * History in comma-separated files with a header line.
 *
 * @example
 * source: csvSource({ path: "weather.csv", eventTime: "at", availabilityDelay: "15m" })
 */
export function csvSource(options: SourceOptions): SourceDefinition {
  return freeze({ ...options, columns: { ...options.columns }, format: FileFormat.CSV });
}
