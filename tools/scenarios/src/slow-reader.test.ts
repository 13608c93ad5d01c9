import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { GetTrainingSetResponse } from "@timewell/contracts";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { eventually } from "./harness/eventually.ts";
import { readTrainingSet, trainingMessages } from "./harness/label-rows.ts";
import { childrenOf, residentBytes } from "./harness/process-tree.ts";
import { nowUs, pushRows } from "./harness/push-rows.ts";
import { readOnline } from "./harness/read-online.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";
import { project } from "./harness/taxi.ts";
import { writeParquet } from "./harness/write-parquet.ts";

const mebibyte = 2 ** 20;
const labelRows = 2_500_000;

vi.setConfig({ testTimeout: slowMachineMs, hookTimeout: slowMachineMs });

describe("a client that stops reading", () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await startApps({ engine: "embedded", flags: { retrieval: ["--duckdb-workers", "2"] } });
    await applyTaxi(deployment.clients);
    const { dataRoot, clients } = deployment;
    const doubles = Array.from({ length: 12 }, (_, i) => `${i} + i::DOUBLE / 3 AS y${i}`).join(", ");
    const query = (rows: number) =>
      `SELECT i AS n, (i % 100)::BIGINT AS driver, make_timestamptz(${nowUs()}) AS event_timestamp, ${doubles} FROM range(${rows}) r(i)`;
    await writeParquet(path.join(dataRoot, "many.parquet"), query(labelRows), "COMPRESSION snappy");
    await writeParquet(path.join(dataRoot, "few.parquet"), query(10));
    await pushRows(clients, "driver_live", [
      { keys: { driver: 7n }, eventTimeUs: nowUs() - 1_000n, features: { trips: 5n } },
    ]);
  });
  afterAll(() => deployment?.stop());

  const train = (labels: string, signal?: AbortSignal) =>
    deployment.clients.retrieval.getTrainingSet(
      trainingMessages({
        project,
        selection: { case: "featureService", value: "driver_v1" },
        labels: { case: "labelsPath", value: labels },
      }),
      { ...(signal === undefined ? {} : { signal }), timeoutMs: 60_000 },
    );

  /** Reads the first parts of a training set, and no more. */
  async function stall(signal: AbortSignal): Promise<AsyncIterator<GetTrainingSetResponse>> {
    const parts = train("many.parquet", signal)[Symbol.asyncIterator]();
    for (let i = 0; i < 3; i++) expect((await parts.next()).value?.part.case).not.toBe("receipt");
    return parts;
  }

  test("holds a bounded amount of memory, others are served, and its end frees the work", async () => {
    const { clients, apps } = deployment;
    const { pid } = apps.retrieval;
    // Once to the end, so that what is measured later is not the first use of code and memory.
    let bytes = 0;
    for await (const { part } of train("many.parquet"))
      if (part.case === "arrowBatch") bytes += part.value.length;
    expect(bytes).toBeGreaterThan(250 * mebibyte);

    const [one, two] = [new AbortController(), new AbortController()];
    const stalled = [await stall(one.signal), await stall(two.signal)];
    expect(childrenOf(pid)).toHaveLength(2);
    const before = residentBytes(pid);
    let most = before;
    for (let i = 0; i < 30; i++) {
      await sleep(100);
      most = Math.max(most, residentBytes(pid));
      const [answer] = await readOnline(clients, "driver_v1", [{ driver: 7n }]);
      expect(answer?.values["driver_live__trips"]).toBe(5n);
    }
    console.log(
      `${Math.round(bytes / mebibyte)} MiB stalled twice: ${Math.round((most - before) / mebibyte)} MiB more`,
    );
    expect(most - before).toBeLessThan(200 * mebibyte);

    // Both workers are taken: a third call waits, and goes on when one of the stalled is left.
    let done = false;
    const third = readTrainingSet(train("few.parquet")).finally(() => (done = true));
    await sleep(500);
    expect(done).toBe(false);
    const workers = childrenOf(pid);
    one.abort();
    expect((await third).rows).toHaveLength(10);
    await eventually(() => expect(workers.every((worker) => childrenOf(pid).includes(worker))).toBe(false));

    // The other is read on to its end: nothing was lost while it stood.
    let rest = 0;
    let receipt: bigint | undefined;
    for (let next = await stalled[1]?.next(); next?.done === false; next = await stalled[1]?.next()) {
      const { part } = next.value;
      if (part.case === "arrowBatch") rest += part.value.length;
      if (part.case === "receipt") receipt = part.value.rows;
    }
    expect(receipt).toBe(BigInt(labelRows));
    expect(rest).toBeGreaterThan(bytes - 10 * mebibyte);
  });
});
