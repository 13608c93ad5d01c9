import { FeatureStoreError } from "@timewell/errors";
import type { MergedSegment, ViewHistory } from "@timewell/store-ports";
import { countCopies, mergedSegments, segmentBounds, withoutCopies } from "../sql/merged-segments.ts";
import { Parameters } from "../sql/parameters.ts";
import { copySegment } from "../sql/segment-table.ts";
import type { Database } from "./database.ts";
import { planSegments } from "./plan-history.ts";
import { publishFile } from "./publish-file.ts";

/** Merges segments to a new one, which is there as a whole or not at all; what does not fit into memory waits on disk. */
export async function mergeSegments(
  database: Database,
  { path, history }: { readonly path: string; readonly history: ViewHistory },
): Promise<MergedSegment> {
  if (history.segments.length === 0)
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot write segment ${path}: it has no rows`);
  const all = mergedSegments(history, await planSegments(database, history.segments));
  const [copies] = (await database.firstRow(countCopies(all), new Parameters()))!;
  const duplicates = Number(copies);
  const rows = duplicates === 0 ? all : withoutCopies(all);
  const written = await publishFile(path, (partial) => database.run(copySegment(history, rows, partial)));
  const [count, least, greatest] = (await database.firstRow(segmentBounds(path), new Parameters()))!;
  return {
    ...written,
    rows: Number(count),
    duplicates,
    eventTimeMinUs: least as bigint,
    eventTimeMaxUs: greatest as bigint,
  };
}
