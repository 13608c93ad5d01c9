import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { dataDirectory } from "./data-files.ts";
import { readParquetRows } from "./read-parquet-rows.ts";
import type { Summary } from "./summary.ts";
import { sweepJoin, type SweepView } from "./sweep-join.testdata.ts";

/** What a run of the quickstart left. */
export interface QuickstartRun {
  readonly exitCode: number | null;
  readonly output: string;
  readonly summary: Summary;
}

/** Runs the quickstart as a process of its own, as a person would. */
export async function runQuickstartProcess(outDirectory: string, ...flags: string[]): Promise<QuickstartRun> {
  const script = fileURLToPath(new URL("quickstart.ts", import.meta.url));
  const child = spawn(process.execPath, [script, "--out", outDirectory, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[exitCode], output, errors] = await Promise.all([
    once(child, "exit") as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  expect(errors).toBe("");
  const summary = JSON.parse(await readFile(join(outDirectory, "summary.json"), "utf8")) as Summary;
  return { exitCode, output, summary };
}

/** Expects the figures of a run in which nothing differs. */
export function expectProof(summary: Summary): void {
  expect(summary.differences).toBe(0);
  expect(summary.instants).toHaveLength(5);
  for (const { keys, statuses, differences } of summary.instants) {
    expect(keys).toBe(1_000);
    expect(differences).toBe(0);
    expect(statuses.present + statuses.expired + statuses.notFound).toBe(3_000);
    expect(Math.min(statuses.present, statuses.expired, statuses.notFound)).toBeGreaterThan(0);
  }
}

/** Compares every row and column of the training set, and the receipt's statuses, with the sweep through the files. */
export async function expectTrainingSet(outDirectory: string, summary: Summary): Promise<void> {
  const training = await readParquetRows(join(outDirectory, "training.parquet"));
  const read = (name: string) => readParquetRows(join(dataDirectory, `${name}.parquet`));
  const labels = await read("labels");
  const hourly = await read("airport_hourly");
  const airport = {
    rows: hourly,
    keyColumns: ["airport"],
    featureColumns: ["departures", "mean_delay", "share_late"],
  };
  const views: Record<string, SweepView> = {
    origin: { ...airport, labelColumns: ["origin"], ttlHours: 6 },
    destination: { ...airport, labelColumns: ["destination"], ttlHours: 6 },
    route_daily: {
      rows: await read("route_daily"),
      keyColumns: ["origin", "destination"],
      labelColumns: ["origin", "destination"],
      featureColumns: ["flights", "mean_delay", "p90_delay"],
      ttlHours: 72,
    },
  };
  const columns = ["origin", "destination", "event_timestamp", "label"];
  const wanted: Record<string, unknown>[] = labels.map((label) => ({ ...label }));
  for (const [name, view] of Object.entries(views)) {
    const counts = { present: 0, expired: 0, notFound: 0 };
    columns.push(...view.featureColumns.map((column) => `${name}__${column}`));
    for (const [index, { status, values }] of sweepJoin(labels, view).entries()) {
      counts[status] += 1;
      view.featureColumns.forEach((column, i) => ((wanted[index] ?? {})[`${name}__${column}`] = values[i]));
    }
    expect(summary.training.statuses[name]).toEqual(counts);
  }
  expect(training).toHaveLength(50_000);
  expect(Object.keys(training[0] ?? {})).toEqual(columns);
  // Row by row: a message about 50,000 rows would help nobody.
  training.forEach((row, index) => expect(row, `row ${index}`).toEqual(wanted[index]));
}
