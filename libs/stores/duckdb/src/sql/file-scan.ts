import type { Parameters } from "./parameters.ts";

/** How CSV columns get their types: `sniff` guesses them, `text` leaves every column as text. */
export type CsvTyping = "sniff" | "text";

/** A table function over files. Rows come in the order of the paths, and of the rows in each. */
export function fileScan(
  format: "parquet" | "csv",
  paths: readonly string[],
  parameters: Parameters,
  typing: CsvTyping,
): string {
  const files = parameters.texts(paths);
  if (format === "parquet") return `read_parquet(${files}, hive_partitioning = false)`;
  const types = typing === "text" ? "all_varchar = true" : "sample_size = -1";
  return `read_csv(${files}, header = true, hive_partitioning = false, ${types})`;
}

/** A CSV file whose column types are guessed from all its rows, except for `textColumns`, which stay text. */
export function textFileScan(path: string, textColumns: readonly string[], parameters: Parameters): string {
  if (textColumns.length === 0) return fileScan("csv", [path], parameters, "sniff");
  const file = parameters.texts([path]);
  const types = parameters.textByName(textColumns.map((column) => [column, "VARCHAR"]));
  return `read_csv(${file}, header = true, hive_partitioning = false, sample_size = -1, types = ${types})`;
}
