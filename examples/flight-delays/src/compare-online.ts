import { StatusSchema, type GetOnlineFeaturesResponse, type Value } from "@timewell/contracts";
import type { NaiveUse } from "./naive-service.ts";
import type { FlightKey } from "./sample-keys.ts";

/** How often each status was read. */
export interface StatusCounts {
  present: number;
  expired: number;
  notFound: number;
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
  response: GetOnlineFeaturesResponse,
  keys: readonly FlightKey[],
  expected: (key: FlightKey) => readonly NaiveUse[],
): Comparison {
  const statuses = { present: 0, expired: 0, notFound: 0 };
  const differences: string[] = [];
  if (response.rows.length !== keys.length) {
    differences.push(`${response.rows.length} rows came back for ${keys.length} keys`);
  }
  for (const [index, row] of response.rows.entries()) {
    const key = keys[index];
    if (key === undefined) break;
    const values = new Map(response.names.map((name, i) => [name, valueOf(row.values[i])]));
    for (const [useIndex, use] of expected(key).entries()) {
      const where = `${key.origin} to ${key.destination}, ${use.name}`;
      const status = StatusSchema.value[row.statuses[useIndex] ?? 0]?.localName ?? "nothing";
      count(statuses, status);
      if (status !== use.status) differences.push(`${where}: read ${status}, expected ${use.status}`);
      else differences.push(...valueDifferences(where, use, values));
    }
  }
  return { statuses, differences };
}

function valueDifferences(where: string, use: NaiveUse, values: ReadonlyMap<string, unknown>): string[] {
  return use.columns.flatMap((column, i) => {
    const read = values.get(column);
    const wanted = use.values[i];
    return Object.is(read, wanted)
      ? []
      : [`${where}: read ${column} = ${String(read)}, expected ${String(wanted)}`];
  });
}

/** null for NULL; undefined, which equals nothing expected, for a value that is not there at all. */
function valueOf(value: Value | undefined): unknown {
  if (value === undefined) return undefined;
  return value.kind.case === undefined ? null : value.kind.value;
}

function count(statuses: StatusCounts, status: string): void {
  if (status === "PRESENT") statuses.present += 1;
  if (status === "EXPIRED") statuses.expired += 1;
  if (status === "NOT_FOUND") statuses.notFound += 1;
}
