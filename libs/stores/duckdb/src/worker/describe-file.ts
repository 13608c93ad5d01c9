import type { FileColumn } from "@timewell/store-ports";
import { featureTypeOf } from "../plan/feature-type-of.ts";
import { Parameters } from "../sql/parameters.ts";
import { fileScan } from "../sql/file-scan.ts";
import type { Database } from "./database.ts";
import { requireFiles } from "./require-files.ts";

/** Columns of a file, in file order. */
export async function describeFile(
  database: Database | undefined,
  file: { readonly format: "arrow" | "parquet" | "csv"; readonly path: string },
): Promise<FileColumn[]> {
  await requireFiles([file.path]);
  if (database === undefined || file.format === "arrow") {
    const { describeArrow } = await import("../arrow/describe-arrow.ts");
    return describeArrow(file.path);
  }
  const parameters = new Parameters();
  const columns = await database.columnsOf(
    `SELECT * FROM ${fileScan(file.format, [file.path], parameters, "sniff")}`,
    parameters,
  );
  return columns.map(({ name, type }) => ({ name, type: featureTypeOf(type), fileType: type.toString() }));
}
