import { rm } from "node:fs/promises";
import type { KeyColumn, WrittenSegment } from "@timewell/store-ports";
import { segmentBounds } from "../sql/merged-segments.ts";
import { Parameters } from "../sql/parameters.ts";
import { quoteText } from "../sql/quote-text.ts";
import { segmentFormat } from "../sql/segment-table.ts";
import type { Database } from "./database.ts";
import { erasedKeyTable, fillErasedKey, isOfErasedKey } from "./erased-key.ts";
import { publishFile } from "./publish-file.ts";
import { requireFiles } from "./require-files.ts";

/** Copies a segment without the rows of one entity. Undefined where no row is left: then there is no copy. */
export async function copySegmentWithout(
  database: Database,
  task: { readonly path: string; readonly copy: string; readonly key: readonly KeyColumn[] },
): Promise<WrittenSegment | undefined> {
  await requireFiles([task.path]);
  await fillErasedKey(database, task.key);
  const source = `read_parquet([${quoteText(task.path)}], hive_partitioning = false)`;
  const rows = `SELECT s.* FROM ${source} AS s CROSS JOIN ${erasedKeyTable} WHERE NOT (${isOfErasedKey(task.key)})`;
  const written = await publishFile(task.copy, (partial) =>
    database.run(`COPY (${rows}) TO ${quoteText(partial)} (${segmentFormat})`),
  );
  const [count, least, greatest] = (await database.firstRow(segmentBounds(task.copy), new Parameters()))!;
  if (Number(count) > 0)
    return {
      ...written,
      rows: Number(count),
      eventTimeMinUs: least as bigint,
      eventTimeMaxUs: greatest as bigint,
    };
  await rm(task.copy, { force: true });
  return undefined;
}
