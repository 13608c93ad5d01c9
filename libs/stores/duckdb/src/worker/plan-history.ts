import type { ViewHistory } from "@timewell/store-ports";
import type { FileGroup } from "../plan/source-plan.ts";
import type { HistoryScan } from "../plan/training-query.ts";
import type { Database } from "./database.ts";
import { fillTail } from "./fill-tail.ts";
import { fileTypes, planSource, signature } from "./plan-source.ts";
import { requireFiles } from "./require-files.ts";

/** Finds and checks all parts of a history; its tail goes to the table `tailTable`. */
export async function planHistory(
  database: Database,
  history: ViewHistory,
  tailTable: string,
): Promise<HistoryScan> {
  const { source, tail, laterSegments: later } = history;
  if (tail.length > 0) await fillTail(database, tailTable, history, tail);
  return {
    keys: history.keys.map(({ name, type }) => ({ name, column: name, type, dimension: 0 })),
    features: history.features.map(({ name, type, dimension }) => ({ name, column: name, type, dimension })),
    source: source === undefined ? undefined : await planSource(database, history, source),
    segments: await planSegments(database, history.segments),
    later: later === undefined ? undefined : { ...later, groups: await planSegments(database, later.paths) },
    tailTable: tail.length > 0 ? tailTable : undefined,
  };
}

/** Groups segments by their columns: an older one lacks features that were added later. */
export async function planSegments(database: Database, paths: readonly string[]): Promise<FileGroup[]> {
  await requireFiles(paths);
  const groups = new Map<string, FileGroup>();
  for (const path of paths) {
    const types = await fileTypes(database, "parquet", path);
    const key = signature(types);
    const group = groups.get(key);
    groups.set(key, { format: "parquet", paths: [...(group?.paths ?? []), path], firstFile: 0, types });
  }
  return [...groups.values()];
}
