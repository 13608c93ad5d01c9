import { FeatureStoreError } from "@timewell/errors";
import { timeMaxUs, timeMinUs, timeRangeText } from "@timewell/ttl";
import type { LabelScan, OrdinalRange } from "../plan/training-query.ts";
import { labelRows } from "../sql/label-rows.ts";
import { Parameters } from "../sql/parameters.ts";
import type { Database } from "./database.ts";

/** What was found in label rows. */
export interface CheckedLabels {
  readonly rows: number;
  /** Least and greatest instant, µs UTC; 0 where there is none. */
  readonly eventTimeMinUs: bigint;
  readonly eventTimeMaxUs: bigint;
}

/** Counts the label rows and finds the range of their instants; refuses one that is NULL or that no TIMESTAMP can be, naming the first. */
export async function checkLabels(database: Database, labels: LabelScan): Promise<CheckedLabels> {
  const parameters = new Parameters();
  const figures = labels.instants.map((instant, i) => {
    const isWrong = `t${i} IS NULL OR t${i} < ${timeMinUs} OR t${i} > ${timeMaxUs}`;
    // Text is made of wrong instants alone: of all of them it would take most of the time.
    const got = "us" in instant ? "NULL" : `coalesce(CAST(c${instant.column} AS VARCHAR), 'NULL')`;
    return `min(t${i}), max(t${i}), min(o) FILTER (WHERE ${isWrong}), arg_min(CASE WHEN ${isWrong} THEN ${got} END, o) FILTER (WHERE ${isWrong})`;
  });
  const sql = `SELECT ${["count(*)", ...figures].join(", ")} FROM (${labelRows(labels, {}, parameters)})`;
  const found = (await database.firstRow(sql, parameters))!;
  for (const [i, instant] of labels.instants.entries()) {
    const [row, got] = found.slice(i * 4 + 3, i * 4 + 5) as [bigint | null, string | null];
    if (row !== null && "column" in instant) throw wrongTime(labels.columns[instant.column]!.name, row, got);
  }
  return { rows: Number(found[0]), ...rangeOf(found.slice(1), 4) };
}

/** The range of the instants of some of the rows. */
export async function instantsOf(
  database: Database,
  labels: LabelScan,
  orderBy: number | undefined,
  range: OrdinalRange,
): Promise<Omit<CheckedLabels, "rows">> {
  const parameters = new Parameters();
  const figures = labels.instants.map((_, i) => `min(t${i}), max(t${i})`);
  const rows = labelRows(labels, { orderBy, range }, parameters);
  const found = await database.firstRow(`SELECT ${["1", ...figures].join(", ")} FROM (${rows})`, parameters);
  return rangeOf(found!.slice(1), 2);
}

function rangeOf(figures: readonly unknown[], step: number): Omit<CheckedLabels, "rows"> {
  let [least, greatest] = [undefined, undefined] as [bigint | undefined, bigint | undefined];
  for (let at = 0; at < figures.length; at += step) {
    const [min, max] = figures.slice(at, at + 2) as [bigint | null, bigint | null];
    if (min !== null && (least === undefined || min < least)) least = min;
    if (max !== null && (greatest === undefined || max > greatest)) greatest = max;
  }
  return { eventTimeMinUs: least ?? 0n, eventTimeMaxUs: greatest ?? 0n };
}

function wrongTime(column: string, row: bigint, got: string | null): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_LABELS",
    `Cannot use the labels: row ${row + 1n} has ${got} as its event time ${column}, expected a time of ${timeRangeText}`,
    { field: column, hint: "Remove the row, or give it a time." },
  );
}
