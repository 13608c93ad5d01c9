import { Status, type OfflineSnapshot, type Receipt, type TrainingSetRecord } from "@timewell/contracts";
import { count } from "../output/progress.ts";
import { modeName, optionTexts, serviceText } from "./what-was-asked.ts";
import { wholeReceipt } from "./whole-receipt.ts";

/** Something that two training sets do not have in common. */
export interface Difference {
  readonly what: string;
  /** Empty: it does not have it. */
  readonly a: string;
  readonly b: string;
}

const statusNames = [
  [Status.PRESENT, "PRESENT"],
  [Status.EXPIRED, "EXPIRED"],
  [Status.NOT_FOUND, "NOT_FOUND"],
] as const;

type Facts = ReadonlyMap<string, string>;

/** What differs between two training sets, what they were asked for first, then what they were made of, then what came out. */
export function differences(a: TrainingSetRecord, b: TrainingSetRecord): Difference[] {
  const [left, right] = [factsOf(a), factsOf(b)];
  const names = new Set([...left.keys(), ...right.keys()]);
  const differ = [...names]
    .map((what) => ({ what, a: left.get(what) ?? "", b: right.get(what) ?? "" }))
    .filter((fact) => fact.a !== fact.b);
  return [...differ, ...positionDifferences(a.snapshot, b.snapshot)];
}

const positionsShownMax = 5;

function positionDifferences(a: OfflineSnapshot | undefined, b: OfflineSnapshot | undefined): Difference[] {
  const [left = [], right = []] = [a?.logPositions, b?.logPositions];
  const moved = left.flatMap((position, partition) => (position === right[partition] ? [] : [partition]));
  if (a === undefined || b === undefined || moved.length === 0) return [];
  const shown = moved.slice(0, positionsShownMax);
  const textOf = (positions: readonly bigint[]) =>
    shown.map((partition) => `${partition}: ${positions[partition]}`).join(", ") +
    (moved.length > shown.length ? ", …" : "");
  return [{ what: `Positions of ${moved.length} partitions`, a: textOf(left), b: textOf(right) }];
}

function factsOf(record: TrainingSetRecord): Facts {
  const receipt = wholeReceipt(record);
  return new Map([
    ["Features", serviceText(record)],
    ["Registry version", receipt === undefined ? "" : String(receipt.registryVersion)],
    ...selectionFacts(record),
    ["Mode", modeName(record.request?.mode ?? 0)],
    ...optionTexts(record.request),
    ["Rows", count(record.rows)],
    ["Labels", record.labelsDigest],
    ["Snapshot", record.snapshotId],
    ...snapshotFacts(record.snapshot),
    ...receiptFacts(receipt),
    ...record.receipts
      .filter(({ shard }) => shard !== undefined && shard.count > 1)
      .map(({ shard, digest }): [string, string] => [
        `Digest of shard ${shard!.index} of ${shard!.count}`,
        digest,
      ]),
  ]);
}

function selectionFacts({ request }: TrainingSetRecord): [string, string][] {
  const selection = request?.selection;
  if (selection?.case === "features") return [["References", selection.value.references.join(", ")]];
  if (selection?.case !== "lookups") return [];
  return selection.value.lookups.map(({ view, alias, features, lookupKeys }): [string, string] => [
    `Lookup ${alias || view}`,
    `${view} (${features.join(", ") || "all"}) by ${lookupKeys.join(", ") || "its keys"}`,
  ]);
}

function snapshotFacts(snapshot: OfflineSnapshot | undefined): [string, string][] {
  if (snapshot === undefined) return [];
  const { manifestVersion, logPositions, unavailable, sourceFiles } = snapshot;
  const ranges = unavailable.map(({ partition, first, last }) => `${partition}: ${first}–${last}`);
  const waiting = unavailable.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  return [
    ["Manifest version", String(manifestVersion)],
    ["Rows of the log", count(logPositions.reduce((sum, position) => sum + position, 0n))],
    ["Rows not available yet", count(waiting)],
    [
      "Positions not available yet",
      ranges.length > 5 ? `${ranges.slice(0, 5).join(", ")}, …` : ranges.join(", "),
    ],
    ...sourceFiles.map(({ path, bytes, sha256 }): [string, string] => [
      `Source file ${path}`,
      `${count(bytes)} bytes, ${sha256.slice(0, 12)}`,
    ]),
  ];
}

function receiptFacts(receipt: Receipt | undefined): [string, string][] {
  if (receipt === undefined) return [];
  const views = receipt.views.flatMap(({ name, view, version, mode, statuses }): [string, string][] => [
    [`View ${name}`, `${view}@${version}, ${modeName(mode)}`],
    ...statusNames.map(([status, text]): [string, string] => [
      `Rows of ${name} ${text}`,
      count(statuses.find((it) => it.status === status)?.rows ?? 0n),
    ]),
  ]);
  const columns = receipt.columns.map(({ name, nulls, expired }): [string, string] => [
    `Column ${name}`,
    `${count(nulls)} NULL, of which ${count(expired)} EXPIRED`,
  ]);
  return [
    ...views,
    ["Column order", receipt.columns.map(({ name }) => name).join(", ")],
    ...columns,
    ["Labels in outages", count(receipt.rowsInGaps)],
    ["Format version", String(receipt.formatVersion)],
    ["Digest", receipt.digest],
  ];
}
