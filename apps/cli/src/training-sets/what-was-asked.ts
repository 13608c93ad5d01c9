import { Mode, Order, type GetTrainingSetRequest, type TrainingSetRecord } from "@timewell/contracts";
import { formatDuration } from "@timewell/ttl";
import { timeText } from "../output/time-text.ts";
import { wholeReceipt } from "./whole-receipt.ts";

/** The feature service with its revision, or what was asked for instead of one. */
export function serviceText(record: TrainingSetRecord): string {
  const selection = record.request?.selection;
  if (selection?.case === "features") return `${selection.value.references.length} features by reference`;
  if (selection?.case === "lookups") return `${selection.value.lookups.length} lookups`;
  if (selection?.case !== "featureService") return "";
  const revision = record.receipts.find(
    (receipt) => receipt.featureServiceRevision > 0,
  )?.featureServiceRevision;
  return revision === undefined ? selection.value : `${selection.value}, revision ${revision}`;
}

/** The mode of all views, or of each where they differ. */
export function modeText(record: TrainingSetRecord): string {
  const views = wholeReceipt(record)?.views ?? [];
  const modes = new Set(views.map(({ mode }) => mode));
  if (modes.size > 1) return views.map(({ name, mode }) => `${name} ${modeName(mode)}`).join(", ");
  return modeName([...modes][0] ?? record.request?.mode ?? Mode.UNSPECIFIED);
}

/** A mode as `--mode` takes it. */
export function modeName(mode: Mode): string {
  if (mode === Mode.AVAILABLE) return "available";
  return mode === Mode.EVENT_TIME ? "event-time" : "per view";
}

/** How many streams came to their end: `whole`, `3 of 8`. */
export function doneText(record: TrainingSetRecord): string {
  if (wholeReceipt(record) !== undefined) return "whole";
  const byCount = new Map<number, number>();
  for (const { shard } of record.receipts)
    if (shard !== undefined) byCount.set(shard.count, (byCount.get(shard.count) ?? 0) + 1);
  return [...byCount].map(([shards, done]) => `${done} of ${shards}`).join(", ") || "none";
}

/** What of the request is not its default, by name. */
export function optionTexts(request: GetTrainingSetRequest | undefined): [string, string][] {
  if (request === undefined) return [];
  const { eventTimeColumn, maxAgeMs, includeStatuses, order, asOfUs, columns } = request;
  const texts: [string, string | undefined][] = [
    ["Event time column", eventTimeColumn === "" ? undefined : eventTimeColumn],
    ["As of", asOfUs === undefined ? undefined : timeText(asOfUs)],
    ["Max age", maxAgeMs === undefined ? undefined : formatDuration(Number(maxAgeMs))],
    ["Statuses", includeStatuses ? "a column for each view" : undefined],
    ["Order", order === Order.EVENT_TIME ? "by event time" : undefined],
    ["Columns", columns.length === 0 ? undefined : columns.join(", ")],
  ];
  return texts.filter((text): text is [string, string] => text[1] !== undefined);
}
