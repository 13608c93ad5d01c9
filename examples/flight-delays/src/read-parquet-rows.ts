import { asyncBufferFromFile, parquetReadObjects, type ParquetParsers } from "hyparquet";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";

/** A value of a Parquet column: 64-bit integers and timestamps (µs since the Unix epoch, UTC) are bigint. */
export type ParquetValue = string | number | bigint | boolean | null | undefined;

/** One row of a Parquet file, by column name. */
export type ParquetRow = Readonly<Record<string, ParquetValue>>;

const exactTimes: ParquetParsers = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (millis) => BigInt(millis) * 1000n,
  timestampFromMicroseconds: (micros) => BigInt(micros),
};

/**
 * Reads all rows of a Parquet file, in file order, with a reader written in plain JavaScript: nothing of what the
 * servers read with has a part in it. Throws where the file is missing or is not a whole Parquet file.
 */
export async function readParquetRows(path: string): Promise<readonly ParquetRow[]> {
  return (await parquetReadObjects({
    file: await asyncBufferFromFile(path),
    parsers: exactTimes,
  })) as ParquetRow[];
}
