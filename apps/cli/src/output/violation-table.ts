import type { GetIngestionStatusResponse } from "@timewell/contracts";
import { count } from "./progress.ts";
import { renderTable } from "./table.ts";

/** Rows that broke constraints since ingestion was started, as a table behind an empty line; empty where there are none. */
export function violationTable({ views }: GetIngestionStatusResponse): string {
  const rows = views.flatMap(({ view, version, violations }) =>
    Object.entries(violations)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([constraint, broken]) => [`${view}@${version}`, constraint, count(broken)]),
  );
  if (rows.length === 0) return "";
  return `\n${renderTable(["VIEW", "CONSTRAINT", "BROKEN BY ROWS"], rows, ["BROKEN BY ROWS"])}`;
}
