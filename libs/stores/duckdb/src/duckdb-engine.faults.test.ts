import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EncodedRows, HistoryRow, SourceScan, TrainingPlan, ViewHistory } from "@timewell/store-ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDuckdbEngine, type DuckdbEngine } from "./create-duckdb-engine.ts";

const startUs = 1_700_000_000_000_000n;
const rowCount = 60_000;
const never = new AbortController().signal;
const mebibyte = 2 ** 20;

let folder = "";
let engine: DuckdbEngine;
let sourcePath = "";

const features = Array.from({ length: 10 }, (_, i) => ({
  name: `f${i}`,
  type: "DOUBLE" as const,
  dimension: 0,
  number: i + 1,
}));

const empty: ViewHistory = {
  viewId: 1,
  keys: [{ name: "user_id", type: "INT64" }],
  features,
  source: undefined,
  segments: [],
  tail: [],
};

function open(memoryLimitBytes: number): DuckdbEngine {
  return createDuckdbEngine({
    tempDirectory: join(folder, "spill"),
    tempDirectoryBytesMax: 16 * mebibyte,
    allowedDirectories: [folder],
    memoryLimitBytes,
    workersMax: 1,
    queueMax: 2,
  });
}

function scanOf(paths: readonly string[]): SourceScan {
  const source = {
    format: "parquet" as const,
    paths,
    eventTimeColumn: "__event_time",
    createdTimeColumn: undefined,
    availabilityDelayUs: undefined,
    columns: new Map<string, string>(),
  };
  return { history: { ...empty, source }, fromUs: 0n, toUs: 2n ** 60n, createdFromUs: undefined, run: 1n };
}

function count(paths: readonly string[] = [sourcePath]): Promise<number> {
  return engine.countSource(scanOf(paths), never);
}

async function drain(rows: AsyncIterable<EncodedRows>): Promise<number> {
  let total = 0;
  for await (const batch of rows) total += batch.rows.length;
  return total;
}

/** The rows joined with themselves. */
function trainingPlan(memoryHungry: boolean): TrainingPlan {
  const view = (name: string) => ({
    name,
    history: scanOf([sourcePath]).history,
    labelColumns: ["user_id"],
    ttlUs: 0n,
    forgetAfterUs: 0n,
    mode: "EVENT_TIME" as const,
  });
  const views = memoryHungry ? ["a", "b", "c", "d"].map(view) : [view("a")];
  return {
    labels: { format: "parquet", path: sourcePath, eventTimeColumn: "__event_time" },
    views,
    columns: views.flatMap(({ name }) => features.map((feature) => `${name}__${feature.name}`)),
    includeStatuses: false,
  };
}

/** Resident memory of a process, MiB. */
function residentMb(pid: number): number {
  const [, pages] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
  return (Number(pages) * 4096) / mebibyte;
}

/** True iff the process is there and not only waiting to be collected. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "timewell-duckdb-"));
  engine = open(512 * mebibyte);
  sourcePath = join(folder, "rows.parquet");
  const rows = Array.from({ length: rowCount }, (_, i): HistoryRow => ({
    partition: 0,
    position: BigInt(i + 1),
    order: 2n ** 63n + BigInt(i + 1),
    deleted: false,
    eventTimeUs: startUs + BigInt(i),
    availableTimeUs: startUs + BigInt(i),
    keys: [BigInt(i % 1000)],
    features: features.map((_, f) => Math.sin(i * 10 + f)),
  }));
  await engine.writeSegment(sourcePath, empty, rows);
});

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe("DuckDB engine under faults", () => {
  it("scanSource() stops within 50 ms of an abort, its process dies, and the next call works", async () => {
    let leastMs = Infinity;
    // The machine may be busy with something else: one quick end shows that nothing has to be waited for.
    for (let tries = 0; tries < 10 && leastMs >= 50; tries++) {
      const controller = new AbortController();
      const rows = engine.scanSource(scanOf([sourcePath]), controller.signal)[Symbol.asyncIterator]();
      await rows.next();
      const [pid] = engine.workerPids;
      const abortedAt = performance.now();
      const pending = (async () => {
        for (;;) if ((await rows.next()).done === true) return;
      })();
      controller.abort();
      await expect(pending).rejects.toMatchObject({ kind: "CANCELLED" });
      leastMs = Math.min(leastMs, performance.now() - abortedAt);
      expect(await count()).toBe(rowCount);
      expect(engine.workerPids).not.toContain(pid);
    }
    expect(leastMs).toBeLessThan(50);
  });

  it("scanSource() kills its process where the reader leaves early", async () => {
    const [pid] = engine.workerPids;
    for await (const batch of engine.scanSource(scanOf([sourcePath]), never)) {
      expect(batch.rows.length).toBeGreaterThan(0);
      break;
    }
    expect(await count()).toBe(rowCount);
    expect(engine.workerPids).not.toContain(pid);
    expect(existsSync(join(folder, "spill", `worker-${pid}`))).toBe(false);
  });

  it("a process that crashes fails only its call", async () => {
    const rows = engine.scanSource(scanOf([sourcePath]), never)[Symbol.asyncIterator]();
    await rows.next();
    process.kill(engine.workerPids[0]!, "SIGSEGV");
    const rest = (async () => {
      for (;;) if ((await rows.next()).done === true) return;
    })();
    await expect(rest).rejects.toMatchObject({ kind: "DATA_LOSS" });
    expect(await count()).toBe(rowCount);
  });

  it("scanSource() makes no more rows than its pipe holds while nobody reads", async () => {
    const paths = Array.from({ length: 20 }, () => sourcePath);
    const rows = engine.scanSource(scanOf(paths), never)[Symbol.asyncIterator]();
    await rows.next();
    const pid = engine.workerPids[0]!;
    await delay(300);
    const before = residentMb(pid);
    await delay(700);
    expect(residentMb(pid) - before).toBeLessThan(32);
    let total = 0;
    for (let step = await rows.next(); step.done !== true; step = await rows.next())
      total += step.value.rows.length;
    expect(total).toBeGreaterThan(paths.length * rowCount * 0.9);
  });

  it("fails with DATA_LOSS, naming the file, for a Parquet file that is cut off or overwritten", async () => {
    const cut = join(folder, "cut.parquet");
    const bytes = readFileSync(sourcePath);
    writeFileSync(cut, bytes);
    await truncate(cut, bytes.length >> 1);
    const broken = join(folder, "broken.parquet");
    const scrambled = Buffer.from(bytes);
    scrambled.fill(0xa5, 64, bytes.length >> 1);
    writeFileSync(broken, scrambled);
    for (const path of [cut, broken]) {
      await expect(drain(engine.scanSource(scanOf([path]), never))).rejects.toMatchObject({
        kind: "DATA_LOSS",
        message: expect.stringContaining(path),
      });
    }
    expect(await count()).toBe(rowCount);
  });

  it("fails with DATA_LOSS also where rows came before the damage, instead of ending early", async () => {
    const bytes = readFileSync(sourcePath);
    const paths = Array.from({ length: 5 }, (_, i) => join(folder, `part-${i}.parquet`));
    for (const path of paths) writeFileSync(path, bytes);
    const broken = paths[4]!;
    writeFileSync(broken, Buffer.from(bytes).fill(0xa5, bytes.length >> 2, bytes.length >> 1));
    let rows = 0;
    const scan = (async () => {
      for await (const batch of engine.scanSource(scanOf(paths), never)) rows += batch.rows.length;
    })();
    await expect(scan).rejects.toMatchObject({ kind: "DATA_LOSS", message: expect.stringContaining(broken) });
    expect(rows).toBeGreaterThan(rowCount);
    expect(rows).toBeLessThan(5 * rowCount);
    expect(await count()).toBe(rowCount);
  });

  it("trainingSet() fails with LIMIT_EXCEEDED over its memory and disk, and the next call works", async () => {
    const small = open(24 * mebibyte);
    const made = (async () => {
      for await (const part of small.trainingSet(trainingPlan(true), never))
        expect(part.kind).not.toBe("summary");
    })();
    await expect(made).rejects.toMatchObject({ kind: "LIMIT_EXCEEDED" });
    expect(await small.countSource(scanOf([sourcePath]), never)).toBe(rowCount);
    await small.close();
  });

  it("refuses paths outside of its folders, patterns, and more calls than may wait", async () => {
    for (const path of [
      "/etc/passwd",
      join(folder, "../x.parquet"),
      join(folder, "*.parquet"),
      "rows.parquet",
    ]) {
      await expect(engine.describe("parquet", path)).rejects.toMatchObject({ kind: "PATH_NOT_ALLOWED" });
    }
    const calls = await Promise.allSettled(Array.from({ length: 5 }, () => count()));
    const refused = calls.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
    expect(refused.map(({ reason }) => (reason as { kind: string }).kind)).toEqual([
      "OVERLOADED",
      "OVERLOADED",
    ]);
  });

  it("a child ends itself when its parent is killed in the middle of a job", async () => {
    const script = fileURLToPath(new URL("./orphan.testdata.ts", import.meta.url));
    const parent = spawn(process.execPath, [script, folder, sourcePath], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it("close() fails what runs and waits, and ends the processes", async () => {
    const other = open(256 * mebibyte);
    const running = drain(other.scanSource(scanOf([sourcePath]), never));
    const waiting = other.countSource(scanOf([sourcePath]), never);
    const settled = Promise.allSettled([running, waiting]);
    await delay(50);
    const { workerPids } = other;
    await other.close();
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    for (const pid of workerPids) expect(() => process.kill(pid, 0)).toThrow();
  });
});
