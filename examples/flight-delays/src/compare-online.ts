import type { OnlineRow } from "@timewell/client";
import type { NaiveUse } from "./naive-service.ts";
import type { FlightKey } from "./sample-keys.ts";

/** How often each status came up. */
export interface StatusCounts {
  readonly present: number;
  readonly expired: number;
  readonly notFound: number;
}

/** What came of a comparison. */
export interface Comparison {
  /** Of the answers that were read, one for each key and view. */
  readonly statuses: StatusCounts;
  /** One line for each status or value that differs, for people. Empty: nothing differs. */
  readonly differences: readonly string[];
}

/** Compares what was read online with what the naive loop says, row by row and column by column. */
export function compareOnline(
  rows: readonly OnlineRow[],
  keys: readonly FlightKey[],
  expected: (key: FlightKey) => readonly NaiveUse[],
): Comparison {
  const differences: string[] = [];
  const statuses: string[] = [];
  if (rows.length !== keys.length) differences.push(`${rows.length} rows came back for ${keys.length} keys`);
  for (const [index, row] of rows.entries()) {
    const key = keys[index];
    if (key === undefined) break;
    for (const use of expected(key)) {
      const where = `${key.origin} to ${key.destination}, ${use.name}`;
      const status = row.statuses[use.name] ?? "nothing";
      statuses.push(status);
      if (status !== use.status) differences.push(`${where}: read ${status}, expected ${use.status}`);
      else differences.push(...valueDifferences(where, use, row));
    }
  }
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
  return {
    statuses: { present: count("PRESENT"), expired: count("EXPIRED"), notFound: count("NOT_FOUND") },
    differences,
  };
}

function valueDifferences(where: string, use: NaiveUse, row: OnlineRow): string[] {
  return use.columns.flatMap((column, i) => {
    const read = row.values[column];
    const wanted = use.values[i];
    return Object.is(read, wanted)
      ? []
      : [`${where}: read ${column} = ${String(read)}, expected ${String(wanted)}`];
  });
}
