import { extname } from "node:path";
import { FeatureStoreError, showValue } from "@timewell/errors";

/** How a table lies in a file. */
export type TableFormat = "parquet" | "csv" | "arrow";

const formats = new Map<string, TableFormat>([
  [".parquet", "parquet"],
  [".csv", "csv"],
  [".arrow", "arrow"],
  [".arrows", "arrow"],
  [".feather", "arrow"],
]);

/** The format of a file by its ending. INVALID_REQUEST names the flag for another ending. */
export function tableFormat(path: string, flag: string): TableFormat {
  const format = formats.get(extname(path).toLowerCase());
  if (format !== undefined) return format;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot tell the format of ${flag} ${showValue(path)} by its ending`,
    {
      field: flag,
      hint: "End it in .parquet, .csv or .arrow.",
    },
  );
}
