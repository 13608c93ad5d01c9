import { writeFile } from "node:fs/promises";
import {
  Int64,
  tableToIPC,
  Table,
  TimestampMicrosecond,
  vectorFromArray,
  makeVector,
  makeData,
  type Vector,
} from "apache-arrow";
import type { LabelFile } from "@timewell/store-ports";

/** A label row: a key that may be missing, and its time, µs UTC. */
export interface Label {
  readonly key: bigint | null;
  readonly atUs: bigint;
}

/** Writes labels with the columns `label_id`, `key` and `at`, as an Arrow stream. */
export async function writeArrowLabels(path: string, labels: readonly Label[]): Promise<LabelFile> {
  const table = new Table({
    label_id: vectorFromArray(
      labels.map((_, i) => BigInt(i)),
      new Int64(),
    ),
    key: vectorFromArray(
      labels.map(({ key }) => key),
      new Int64(),
    ),
    at: instants(labels.map(({ atUs }) => atUs)),
  });
  await writeFile(path, tableToIPC(table, "stream"));
  return { format: "arrow", path, eventTimeColumn: "at" };
}

/** The same as text. */
export async function writeCsvLabels(path: string, labels: readonly Label[]): Promise<LabelFile> {
  const lines = labels.map(({ key, atUs }, i) => `${i},${key ?? ""},${isoTime(atUs)}`);
  await writeFile(path, ["label_id,key,at", ...lines, ""].join("\n"));
  return { format: "csv", path, eventTimeColumn: "at" };
}

/** A column of instants. */
export function instants(us: readonly bigint[]): Vector {
  const type = new TimestampMicrosecond("UTC");
  return makeVector(makeData({ type, length: us.length, data: BigInt64Array.from(us) }));
}

/** An instant as text with microseconds. */
export function isoTime(us: bigint): string {
  const rest = ((us % 1000n) + 1000n) % 1000n;
  const wholeMs = Number((us - rest) / 1000n);
  return new Date(wholeMs).toISOString().replace("Z", `${String(rest).padStart(3, "0")}Z`);
}
