import { DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import { FeatureStoreError } from "@timewell/errors";
import type { KeyType } from "@timewell/keys";
import type { TrainingPlan } from "@timewell/store-ports";
import { featureTypeOf } from "../plan/feature-type-of.ts";
import { reservedFileColumns } from "../plan/file-columns.ts";
import type { LabelColumn, LabelInstant, LabelRows, LabelScan } from "../plan/training-query.ts";
import { fileScan, textFileScan } from "../sql/file-scan.ts";
import { Parameters } from "../sql/parameters.ts";
import { quoteIdent } from "../sql/sql-ident.ts";
import type { Database } from "./database.ts";
import { loadArrowLabels } from "./load-arrow-labels.ts";
import { requireFiles } from "./require-files.ts";
import { returnedFeatures } from "./returned-features.ts";
import { writtenNames } from "./written-names.ts";

/** Finds the label rows and checks their columns. INVALID_LABELS names what is wrong; warnings are added to the list. */
export async function planLabels(
  database: Database,
  plan: TrainingPlan,
  warnings: string[],
): Promise<LabelScan> {
  const { labels } = plan;
  await requireFiles([labels.path]);
  const { rows, columns } = await findColumns(database, plan);
  checkNames(plan, columns);
  const instants = findInstants(plan, columns, warnings);
  for (const view of plan.views) {
    for (const [i, key] of view.history.keys.entries()) {
      const name = view.labelColumns[i] ?? key.name;
      const column = columns[requireColumn(columns, name, `key ${key.name} of ${view.name}`)]!;
      if (matches(column.type, key.type) || (await isEmptyText(database, rows, column))) continue;
      throw mismatch(column, key.type, `${view.name}.${key.name}`);
    }
  }
  return { rows, columns, instants };
}

/** The instants at which views look, each once. */
function findInstants(
  plan: TrainingPlan,
  columns: readonly LabelColumn[],
  warnings: string[],
): LabelInstant[] {
  if (plan.asOfUs !== undefined) return [{ us: plan.asOfUs }];
  const own = plan.views.map((view) => view.eventTimeColumn);
  const names = [plan.labels.eventTimeColumn, ...own].filter((name) => name !== undefined);
  return [...new Set(names)].map((name) => {
    const column = requireColumn(columns, name, "event time");
    checkEventTime(columns[column]!, warnings);
    return { column };
  });
}

/** Index of the instants of a column in those of the labels; undefined is the column of the labels. */
export function instantOf(
  labels: LabelScan,
  plan: TrainingPlan,
  eventTimeColumn: string | undefined,
): number {
  const name = eventTimeColumn ?? plan.labels.eventTimeColumn;
  return labels.instants.findIndex(
    (instant) => "us" in instant || labels.columns[instant.column]!.name === name,
  );
}

async function findColumns(
  database: Database,
  plan: TrainingPlan,
): Promise<{ rows: LabelRows; columns: LabelColumn[] }> {
  const { format, path } = plan.labels;
  if (format === "arrow") {
    return { rows: { kind: "table" }, columns: await loadArrowLabels(database, path) };
  }
  const wanted = format === "csv" ? textKeys(plan) : [];
  const present = wanted.length === 0 ? [] : await columnNames(database, path);
  const textColumns = wanted.filter((name) => present.includes(name));
  const parameters = new Parameters();
  const scan =
    format === "csv"
      ? textFileScan(path, textColumns, parameters)
      : fileScan(format, [path], parameters, "sniff");
  const columns = await database.columnsOf(`SELECT * FROM ${scan}`, parameters);
  refuseTwins(await writtenNames(database, format, path));
  return {
    rows: { kind: "file", format, path, textColumns },
    columns: columns.map((column) => ({ ...column, arrowType: undefined })),
  };
}

function refuseTwins(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    // The database does not tell names apart by their case.
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw invalid(name, "is there twice", "Rename one of them.");
    seen.add(folded);
  }
}

async function columnNames(database: Database, path: string): Promise<string[]> {
  const parameters = new Parameters();
  const scan = fileScan("csv", [path], parameters, "text");
  return (await database.columnsOf(`SELECT * FROM ${scan}`, parameters)).map(({ name }) => name);
}

/** A CSV column of text stays text: 007 is not 7. */
function textKeys(plan: TrainingPlan): string[] {
  const names = plan.views.flatMap((view) =>
    view.history.keys.flatMap((key, i) => (key.type === "STRING" ? [view.labelColumns[i] ?? key.name] : [])),
  );
  return [...new Set([...names, ...(plan.textColumns ?? [])])];
}

function checkNames(plan: TrainingPlan, columns: readonly LabelColumn[]): void {
  const results = new Set([
    ...(plan.reserved ?? []),
    ...plan.views.flatMap((view) => [
      ...returnedFeatures(view).map((feature) => `${view.name}__${feature.name}`),
      ...(plan.includeStatuses ? [`${view.name}__status`] : []),
    ]),
  ]);
  const seen = new Set<string>();
  for (const { name, arrowType } of columns) {
    if (results.has(name)) throw invalid(name, "is also a column of the result", "Rename the label column.");
    if (seen.has(name)) throw invalid(name, "is there twice", "Rename one of them.");
    if (arrowType === undefined && (reservedFileColumns as readonly string[]).includes(name)) {
      throw invalid(name, "has a reserved name", "Rename the label column.");
    }
    seen.add(name);
  }
}

function requireColumn(columns: readonly LabelColumn[], name: string, what: string): number {
  const index = columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  const found = columns.slice(0, 20).map((column) => column.name);
  throw invalid(
    name,
    `is absent, expected for ${what}; the columns are ${found.join(", ")}`,
    "Name a column of the labels.",
  );
}

function checkEventTime(column: LabelColumn, warnings: string[]): void {
  if (featureTypeOf(column.type) !== "TIMESTAMP") {
    const problem = `has type ${column.type}, expected a timestamp or date for the event time`;
    throw invalid(
      column.name,
      problem,
      "Send times as timestamps; for epoch numbers say their unit by converting them.",
    );
  }
  if (isZoned(column)) return;
  warnings.push(`Label times in ${column.name} have no time zone and were read as UTC`);
}

function isZoned(column: LabelColumn): boolean {
  const arrowType = column.arrowType as { readonly timezone?: string | null } | undefined;
  if (arrowType !== undefined) return typeof arrowType.timezone === "string" && arrowType.timezone !== "";
  return column.type.typeId === DuckDBTypeId.TIMESTAMP_TZ;
}

/** A CSV column without any value looks like text, and is as good as any type. */
async function isEmptyText(database: Database, rows: LabelRows, column: LabelColumn): Promise<boolean> {
  if (rows.kind !== "file" || rows.format !== "csv" || column.type.typeId !== DuckDBTypeId.VARCHAR)
    return false;
  const parameters = new Parameters();
  const sql = `SELECT count(${quoteIdent(column.name)}) FROM ${textFileScan(rows.path, rows.textColumns, parameters)}`;
  const [values] = (await database.firstRow(sql, parameters))!;
  return values === 0n;
}

function mismatch(column: LabelColumn, wanted: KeyType, key: string): FeatureStoreError {
  const problem = `has type ${column.type}, expected ${wanted} for key ${key}`;
  return invalid(column.name, problem, "Cast the column before the labels are written.");
}

function matches(type: DuckDBType, wanted: KeyType): boolean {
  const found = featureTypeOf(type);
  if (wanted !== "INT32" && wanted !== "INT64") return found === wanted;
  return found === "INT32" || found === "INT64" || wideIntegers.has(type.typeId);
}

const wideIntegers = new Set([DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT]);

function invalid(column: string, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_LABELS", `Cannot use the labels: column ${column} ${problem}`, {
    field: column,
    hint,
  });
}
