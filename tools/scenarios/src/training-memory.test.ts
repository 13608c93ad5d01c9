import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { timeColumn, trainingMessages } from "./harness/label-rows.ts";
import { childrenOf } from "./harness/process-tree.ts";
import { nowUs, pushRows } from "./harness/push-rows.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";
import { project } from "./harness/taxi.ts";
import { writeParquet } from "./harness/write-parquet.ts";

const mebibyte = 2 ** 20;
const limitMiB = 192;
const fewRows = 150_000;

vi.setConfig({ testTimeout: 2 * slowMachineMs, hookTimeout: slowMachineMs });

describe("ten times as many labels", () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await startApps({
      engine: "embedded",
      flags: { retrieval: ["--memory-limit", `${limitMiB}MiB`, "--duckdb-workers", "1"] },
    });
    const { dataRoot, clients } = deployment;
    await applyTaxi(clients);
    const doubles = Array.from({ length: 10 }, (_, i) => `${i} + i::DOUBLE / 3 AS y${i}`).join(", ");
    for (const rows of [fewRows, 10 * fewRows])
      await writeParquet(
        path.join(dataRoot, `${rows}.parquet`),
        `SELECT i AS n, (i % 100)::BIGINT AS driver, make_timestamptz(${nowUs()}) AS ${timeColumn}, ${doubles} FROM range(${rows}) r(i)`,
        "COMPRESSION snappy",
      );
    await pushRows(clients, "driver_live", [
      { keys: { driver: 7n }, eventTimeUs: nowUs() - 1_000n, features: { trips: 5n } },
    ]);
  });
  afterAll(() => deployment?.stop());

  /** Most memory that a process ever held, bytes. */
  const peakOf = (pid: number): number =>
    Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;

  async function train(rows: number): Promise<number> {
    let bytes = 0;
    const messages = trainingMessages({
      project,
      selection: { case: "featureService", value: "driver_v1" },
      labels: { case: "labelsPath", value: `${rows}.parquet` },
    });
    for await (const { part } of deployment.clients.retrieval.getTrainingSet(messages)) {
      if (part.case === "arrowBatch") bytes += part.value.length;
      if (part.case === "receipt") expect(part.value.rows).toBe(BigInt(rows));
    }
    return bytes;
  }

  test("take the same memory: the join spills, and the stream holds a few parts", async () => {
    const { pid } = deployment.apps.retrieval;
    // Twice: what is measured is not the first use of code.
    for (let i = 0; i < 2; i++) await train(fewRows);
    const before = peakOf(pid);
    const bytes = await train(10 * fewRows);
    // Again, in the same process: nothing stays that one took before.
    await train(10 * fewRows);
    const [child] = childrenOf(pid);
    const grown = peakOf(pid) - before;
    const inChild = peakOf(child!);
    console.log(
      `${Math.round(bytes / mebibyte)} MiB: ${Math.round(grown / mebibyte)} MiB more in the server, ${Math.round(inChild / mebibyte)} MiB in DuckDB's process with a limit of ${limitMiB} MiB`,
    );
    expect(bytes).toBeGreaterThan(130 * mebibyte);
    expect(grown).toBeLessThan(100 * mebibyte);
    expect(inChild + grown).toBeLessThan((limitMiB + 400) * mebibyte);
  });
});
