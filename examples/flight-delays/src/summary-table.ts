import { sumStatuses, type Summary } from "./summary.ts";

const number = new Intl.NumberFormat("en-US");

/** The summary as a short table for people. */
export function summaryTable(summary: Summary): string {
  const header = [
    "read online as of (UTC)",
    "new rows",
    "keys",
    "PRESENT",
    "EXPIRED",
    "NOT_FOUND",
    "differences",
  ];
  const rows = summary.instants.map(({ asOf, rowsMaterialized, keys, statuses, differences }) => [
    asOf.replace("T", " ").replace("Z", ""),
    ...[rowsMaterialized, keys, statuses.present, statuses.expired, statuses.notFound, differences].map(
      (figure) => number.format(figure),
    ),
  ]);
  const all = sumStatuses(summary.instants.map((instant) => instant.statuses));
  const sum = (figures: readonly number[]) => number.format(figures.reduce((a, b) => a + b, 0));
  const total = [
    "all instants",
    sum(summary.instants.map((instant) => instant.rowsMaterialized)),
    sum(summary.instants.map((instant) => instant.keys)),
    ...[all.present, all.expired, all.notFound].map((figure) => number.format(figure)),
    sum(summary.instants.map((instant) => instant.differences)),
  ];
  return alignColumns([header, ...rows, total]);
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)].join("\n");
}
