import { stat } from "node:fs/promises";
import type { DuckDBType } from "@duckdb/node-api";
import { FeatureStoreError } from "@timewell/errors";
import type { OfflineSource, ViewHistory } from "@timewell/store-ports";
import { featureTypeOf } from "../plan/feature-type-of.ts";
import { reservedFileColumns } from "../plan/file-columns.ts";
import type { FileGroup, PlannedColumn, SourcePlan } from "../plan/source-plan.ts";
import { widens } from "../plan/widens.ts";
import { fileScan } from "../sql/file-scan.ts";
import { Parameters } from "../sql/parameters.ts";
import type { Database } from "./database.ts";
import { requireFiles } from "./require-files.ts";

/** Checks every file of a source against the view, before a row is read. SOURCE_MISMATCH names file and column. */
export async function planSource(
  database: Database,
  history: ViewHistory,
  source: OfflineSource,
): Promise<SourcePlan> {
  await requireFiles(source.paths);
  const columnOf = (name: string): string => source.columns.get(name) ?? name;
  const plan = {
    keys: history.keys.map(({ name, type }) => ({ name, column: columnOf(name), type, dimension: 0 })),
    features: history.features.map(({ name, type, dimension }) => ({
      name,
      column: columnOf(name),
      type,
      dimension,
    })),
    eventTimeColumn: source.eventTimeColumn,
    createdTimeColumn: source.createdTimeColumn,
    availabilityDelayUs: source.availabilityDelayUs,
  };
  const groups: FileGroup[] = [];
  for (const [index, path] of source.paths.entries()) {
    const types = await fileTypes(database, source.format, path);
    checkColumns(path, source, types, [...plan.keys, ...plan.features]);
    const needed = new Map(neededColumns(plan).map((column) => [column, types.get(column)!]));
    const bytes = source.format === "csv" ? (await stat(path)).size : undefined;
    addFile(groups, { format: source.format, paths: [path], firstFile: index, types: needed, bytes });
  }
  return { ...plan, groups };
}

/** Types of the columns of a file, by name. */
export async function fileTypes(
  database: Database,
  format: "parquet" | "csv",
  path: string,
): Promise<Map<string, DuckDBType>> {
  const parameters = new Parameters();
  const scan = fileScan(format, [path], parameters, "text");
  const columns = await database.columnsOf(`SELECT * FROM ${scan}`, parameters);
  return new Map(columns.map(({ name, type }) => [name, type]));
}

function neededColumns(plan: Omit<SourcePlan, "groups">): string[] {
  const values = [...plan.keys, ...plan.features].map(({ column }) => column);
  const created = plan.createdTimeColumn === undefined ? [] : [plan.createdTimeColumn];
  return [...values, plan.eventTimeColumn, ...created];
}

function checkColumns(
  path: string,
  source: OfflineSource,
  types: ReadonlyMap<string, DuckDBType>,
  values: readonly PlannedColumn[],
): void {
  for (const reserved of reservedFileColumns) {
    if (!types.has(reserved)) continue;
    throw mismatch(path, reserved, "is a reserved name", "Rename the column.");
  }
  for (const { name, column, type, dimension } of values) {
    const found = types.get(column);
    const wanted = type === "FLOAT_VECTOR" ? `FLOAT_VECTOR of ${dimension}` : type;
    if (found === undefined) throw absent(path, column, `${wanted} for ${name}`);
    if (source.format === "csv" || widens(found, type)) continue;
    throw mismatch(path, column, `has type ${found}, expected ${wanted} for ${name}`, castHint);
  }
  for (const column of [source.eventTimeColumn, source.createdTimeColumn]) {
    if (column === undefined) continue;
    const found = types.get(column);
    if (found === undefined) throw absent(path, column, "a timestamp or date");
    if (source.format === "csv" || featureTypeOf(found) === "TIMESTAMP") continue;
    throw mismatch(path, column, `has type ${found}, expected a timestamp or date`, castHint);
  }
}

function addFile(groups: FileGroup[], file: FileGroup): void {
  const last = groups.at(-1);
  // Row numbers of CSV files are counted per scan, so each is a scan of its own.
  if (last !== undefined && file.format === "parquet" && signature(last.types) === signature(file.types)) {
    groups[groups.length - 1] = { ...last, paths: [...last.paths, ...file.paths] };
  } else groups.push(file);
}

/** Text that is equal for equal columns of equal types. */
export function signature(types: ReadonlyMap<string, DuckDBType>): string {
  return JSON.stringify([...types].map(([name, type]) => [name, type.toString()]));
}

const castHint = "Cast the column where the file is written, or declare another type.";

function absent(path: string, column: string, wanted: string): FeatureStoreError {
  const hint = "Check the name, or map it to the column of the file.";
  return mismatch(path, column, `is absent, expected ${wanted}`, hint);
}

function mismatch(path: string, column: string, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("SOURCE_MISMATCH", `Cannot read ${path}: column ${column} ${problem}`, {
    field: column,
    hint,
  });
}
