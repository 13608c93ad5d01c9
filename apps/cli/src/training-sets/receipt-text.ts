import { Mode, Status, type Receipt } from "@timewell/contracts";
import { count } from "../output/progress.ts";
import { renderTable } from "../output/table.ts";
import { durationText } from "../output/time-text.ts";

/** What people read of a receipt. */
export function receiptText(receipt: Receipt, out: string, durationMs: number): string {
  const perSecond = durationMs > 0 ? ` (${count((Number(receipt.rows) / durationMs) * 1000)} rows/s)` : "";
  const service =
    receipt.featureService === ""
      ? ""
      : `, ${receipt.featureService} revision ${receipt.featureServiceRevision}`;
  const head = `Wrote ${count(receipt.rows)} rows to ${out} in ${durationText(durationMs)}${perSecond}: registry version ${receipt.registryVersion}${service}.\n`;
  const rows = receipt.views.map((view) => {
    const countOf = (status: Status) =>
      count(view.statuses.find((counted) => counted.status === status)?.rows ?? 0n);
    return [
      view.name,
      `${view.view}@${view.version}`,
      view.mode === Mode.AVAILABLE ? "available" : "event-time",
      countOf(Status.PRESENT),
      countOf(Status.EXPIRED),
      countOf(Status.NOT_FOUND),
    ];
  });
  const table = renderTable(["NAME", "VIEW", "MODE", "PRESENT", "EXPIRED", "NOT_FOUND"], rows, [
    "PRESENT",
    "EXPIRED",
    "NOT_FOUND",
  ]);
  const part = receipt.shard === undefined ? "" : `, shard ${receipt.shard.index} of ${receipt.shard.count}`;
  const name = `Training set ${receipt.trainingSetId}${part}, digest ${receipt.digest}.\n`;
  const gaps =
    receipt.rowsInGaps === 0n
      ? ""
      : `${count(receipt.rowsInGaps)} rows lie in known outages of the online store, where callers may have got less.\n`;
  const kept = receipt.labelsKept ? "" : "The labels are not kept: to make it again, send them again.\n";
  const warnings = receipt.warnings.map((warning) => `Warning: ${warning.replace(/\.$/, "")}.\n`).join("");
  const notes = `${gaps}${kept}${warnings}`;
  return `${head}${name}\n${table}${notes === "" ? "" : `\n${notes}`}`;
}
