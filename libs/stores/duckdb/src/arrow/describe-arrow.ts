import type { FileColumn } from "@timewell/store-ports";
import { featureTypeOf } from "../plan/feature-type-of.ts";
import { duckdbTypeOf } from "./duckdb-type-of.ts";
import { readArrowFile } from "./read-arrow-file.ts";

/** Columns of an Arrow IPC stream or file. */
export function describeArrow(path: string): Promise<FileColumn[]> {
  return readArrowFile(path, (schema) =>
    Promise.resolve(
      schema.fields.map(({ name, type }) => {
        const column = duckdbTypeOf(type);
        const featureType = column === undefined ? undefined : featureTypeOf(column);
        return { name, type: featureType, fileType: String(type) };
      }),
    ),
  );
}
