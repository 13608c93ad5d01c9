import { Status, type OfflineSnapshot, type Receipt, type TrainingSetRecord } from "@timewell/contracts";
import { count } from "../output/progress.ts";
import { renderPairs, renderTable } from "../output/table.ts";
import { timeText } from "../output/time-text.ts";
import type { Session } from "../session.ts";
import { findTrainingSet } from "./find-training-sets.ts";
import { recordJson } from "./list-training-sets.ts";
import { doneText, modeName, modeText, optionTexts, serviceText } from "./what-was-asked.ts";
import { wholeReceipt } from "./whole-receipt.ts";

/** `timewell training-sets describe ID`. */
export async function describeTrainingSet(session: Session, id: string): Promise<void> {
  const record = await findTrainingSet(session, id);
  await session.print(recordJson(record), describeText(record));
}

function describeText(record: TrainingSetRecord): string {
  const { createdBy } = record;
  const about = renderPairs([
    ["Training set", record.trainingSetId],
    ["Features", serviceText(record)],
    ["Mode", modeText(record)],
    ...optionTexts(record.request),
    ["Rows", count(record.rows)],
    ["Labels", `SHA-256 ${record.labelsDigest}, ${record.labelsKept ? "kept" : "not kept"}`],
    ["First asked for", `${timeText(record.createdAtUs)}${createdBy === "" ? "" : ` by ${createdBy}`}`],
    ["Streams done", doneText(record)],
  ]);
  const receipt = wholeReceipt(record);
  const parts = [about, ...(record.snapshot === undefined ? [] : [snapshotText(record.snapshot)])];
  if (receipt !== undefined) parts.push(receiptText(receipt));
  else if (record.receipts.length > 0) parts.push(shardsText(record.receipts));
  return parts.join("\n");
}

function snapshotText({
  snapshotId,
  manifestVersion,
  logPositions,
  unavailable,
  sourceFiles,
}: OfflineSnapshot): string {
  const logRows = logPositions.reduce((sum, position) => sum + position, 0n);
  const waiting = unavailable.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  const pairs = renderPairs([
    ["Snapshot", snapshotId],
    ["Manifest version", String(manifestVersion)],
    ["Rows of the log", `${count(logRows)}, of which ${count(waiting)} were not available online yet`],
    ["Source files", sourceFiles.length === 0 ? "none" : count(sourceFiles.length)],
  ]);
  if (sourceFiles.length === 0) return pairs;
  const rows = sourceFiles.map(({ path, bytes, sha256 }) => [path, count(bytes), sha256]);
  return `${pairs}\n${renderTable(["FILE", "BYTES", "SHA-256"], rows, ["BYTES"])}`;
}

function receiptText(receipt: Receipt): string {
  const pairs = renderPairs([
    ["Digest", `${receipt.digest}, format version ${receipt.formatVersion}`],
    ["Registry version", String(receipt.registryVersion)],
    ["Labels in outages", count(receipt.rowsInGaps)],
  ]);
  const views = receipt.views.map(({ name, view, version, mode, statuses }) => {
    const rowsOf = (status: Status) => count(statuses.find((it) => it.status === status)?.rows ?? 0n);
    const counts = [Status.PRESENT, Status.EXPIRED, Status.NOT_FOUND].map(rowsOf);
    return [name, `${view}@${version}`, modeName(mode), ...counts];
  });
  const columns = receipt.columns.map(({ name, nulls, expired }) => [name, count(nulls), count(expired)]);
  const warnings = receipt.warnings.map((warning) => `Warning: ${warning.replace(/\.$/, "")}.\n`).join("");
  return [
    pairs,
    renderTable(["NAME", "VIEW", "MODE", "PRESENT", "EXPIRED", "NOT_FOUND"], views, [
      "PRESENT",
      "EXPIRED",
      "NOT_FOUND",
    ]),
    ...(columns.length === 0
      ? []
      : [renderTable(["COLUMN", "NULL", "EXPIRED"], columns, ["NULL", "EXPIRED"])]),
    ...(warnings === "" ? [] : [warnings]),
  ].join("\n");
}

function shardsText(receipts: readonly Receipt[]): string {
  const rows = receipts.map((receipt) => [
    `${receipt.shard?.index ?? 0} of ${receipt.shard?.count ?? 1}`,
    count(receipt.rows),
    receipt.digest,
  ]);
  return renderTable(["SHARD", "ROWS", "DIGEST"], rows, ["ROWS"]);
}
