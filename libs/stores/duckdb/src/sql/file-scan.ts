import type { Parameters } from "./parameters.ts";

/** How CSV columns get their types: `sniff` guesses them, `text` leaves every column as text. */
export type CsvTyping = "sniff" | "text";

/** Most bytes of a CSV file that are read at once; a line has at most half of them. */
const bufferBytesMax = 4_194_304;
const bufferBytesMin = 65_536;

/**
 * A table function over files. Rows come in the order of the paths, and of the rows in each. A CSV file takes a buffer of 32 MB, or of
 * no more than it needs where its bytes are known: many small files fit into a small memory.
 */
export function fileScan(
  format: "parquet" | "csv",
  paths: readonly string[],
  parameters: Parameters,
  typing: CsvTyping,
  bytes?: number,
): string {
  const files = parameters.texts(paths);
  if (format === "parquet") return `read_parquet(${files}, hive_partitioning = false)`;
  const types = typing === "text" ? "all_varchar = true" : "sample_size = -1";
  const buffer = bytes === undefined ? "" : `, buffer_size = ${bufferBytes(bytes)}`;
  return `read_csv(${files}, header = true, hive_partitioning = false, ${types}${buffer})`;
}

function bufferBytes(bytes: number): number {
  return Math.min(Math.max(bytes + 1, bufferBytesMin), bufferBytesMax);
}

/** A CSV file whose column types are guessed from all its rows, except for `textColumns`, which stay text. */
export function textFileScan(path: string, textColumns: readonly string[], parameters: Parameters): string {
  if (textColumns.length === 0) return fileScan("csv", [path], parameters, "sniff");
  const file = parameters.texts([path]);
  const types = parameters.textByName(textColumns.map((column) => [column, "VARCHAR"]));
  return `read_csv(${file}, header = true, hive_partitioning = false, sample_size = -1, types = ${types})`;
}
