import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { grpcHealthV1 } from "@timewell/contracts";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { caught, describeError } from "./harness/caught.ts";
import { expectOffline, expectOnline } from "./harness/check-model.ts";
import { collect } from "./harness/collect.ts";
import { eventually } from "./harness/eventually.ts";
import { PushModel } from "./harness/push-model.ts";
import { nowUs, pushRows } from "./harness/push-rows.ts";
import { type OnlineAnswer, readOnline } from "./harness/read-online.ts";
import { seededRandom } from "./harness/seeded-random.ts";
import { sendRedis } from "./harness/send-redis.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";
import { project } from "./harness/taxi.ts";
import { writeParquet } from "./harness/write-parquet.ts";

const { SERVING, NOT_SERVING } = grpcHealthV1.HealthCheckResponse_ServingStatus;
const hourUs = 3_600_000_000n;
/** What a read may take where Redis does not answer: the limit of 250 ms and what a busy machine adds. */
const readLimitMs = 250 + 500;

vi.setConfig({ testTimeout: slowMachineMs, hookTimeout: slowMachineMs });

describe("faults", () => {
  const random = seededRandom();
  const model = new PushModel(random, nowUs() - 2n * hourUs);
  let deployment: Deployment;
  const driver = () => ({ driver: BigInt(random.below(200)) });
  const zones = () =>
    readOnline(
      deployment.clients,
      "eta_v1",
      ["a", "b"].map((zone) => ({ pickup: zone, dropoff: zone })),
    );
  const values = (answers: readonly OnlineAnswer[]) => answers.map((answer) => answer.values);
  const health = async (name: "registry" | "serving" | "ingestion" | "retrieval") =>
    (await deployment.clients.health(name).check({ service: "" })).status;

  beforeAll(async () => {
    deployment = await startApps({
      engine: "servers",
      flags: { ingestion: ["--flush-interval", "1s", "--lease", "3s"] },
    });
    const at = nowUs() - hourUs;
    const query = `SELECT zone, make_timestamptz(${at}) AS at, 7::BIGINT AS trips, 1.5::DOUBLE AS mean_fare FROM (VALUES ('a'), ('b')) z(zone)`;
    await writeParquet(path.join(deployment.dataRoot, "zone_hourly.parquet"), query);
    await applyTaxi(deployment.clients);
    await collect(
      deployment.clients.ingestion.materialize({
        project,
        featureView: "zone_hourly",
        fromUs: at,
        toUs: nowUs(),
      }),
    );
  });
  afterAll(() => deployment?.stop());

  test("a Redis that dies under load loses no acknowledged row, and reads fail fast until it is back (semantics 12)", async () => {
    const zonesBefore = values(await zones());
    const load = startLoad(3, async () => {
      const end = await model.push(deployment.clients);
      if (end !== "acked") await sleep(20);
    });
    await eventually(() => expect(model.ackedRows).toBeGreaterThan(1_000));
    await deployment.redis.kill();
    const ackedAtDeath = model.ackedRows;

    for (let i = 0; i < 10; i++) {
      const startedMs = performance.now();
      const error = await caught(readOnline(deployment.clients, "driver_v1", [driver()]));
      expect(error).toMatchObject({ code: "Unavailable", kind: "STORE_UNAVAILABLE" });
      expect(performance.now() - startedMs).toBeLessThan(readLimitMs);
    }
    expect(await health("ingestion")).toBe(SERVING);
    for (const name of ["http", "ingestion"] as const)
      expect((await fetch(`${deployment.urls[name]}/metrics`)).status).toBe(200);
    await eventually(() => expect(model.ackedRows).toBeGreaterThan(ackedAtDeath + 200));

    await deployment.redis.restart();
    expect(await sendRedis(deployment.redis.port, "PING")).toContain("PONG");
    await sleep(500);
    await load.stop();
    await model.settle(deployment.clients);
    await expectOnline(deployment.clients, model);
    await eventually(async () => expect(values(await zones())).toEqual(zonesBefore));
    await expectOffline(deployment.clients, model);
    console.log(`Redis: ${ackedAtDeath} rows acknowledged before, ${model.ackedRows} in all`);
  });

  test("serving goes on without PostgreSQL, and everything works when it is back (semantics 15)", async () => {
    const errors: unknown[] = [];
    let reads = 0;
    const load = startLoad(2, async () => {
      await readOnline(deployment.clients, "driver_v1", [driver()]).catch((error: unknown) =>
        errors.push(describeError(error)),
      );
      reads++;
    });
    await deployment.postgres.kill();
    const before = reads;
    expect(await caught(deployment.clients.registry.listProjects({}, { timeoutMs: 60_000 }))).toMatchObject({
      code: "Unavailable",
    });
    expect(await model.push(deployment.clients)).toMatchObject({
      code: expect.stringMatching(/Unavailable/) as string,
    });
    await eventually(() => expect(reads - before).toBeGreaterThan(50));
    expect(await health("serving")).toBe(SERVING);
    await deployment.postgres.restart();
    await eventually(() => model.settle(deployment.clients));
    await load.stop();
    expect(errors).toEqual([]);
    await eventually(async () => {
      expect((await deployment.clients.registry.listProjects({})).projects.map((one) => one.name)).toEqual([
        project,
      ]);
    });
    await expectOnline(deployment.clients, model);
    await eventually(async () => expect(await health("registry")).toBe(SERVING));
  });

  test("ingestion killed at three points loses and doubles nothing", async () => {
    for (let kill = 1; kill <= 3; kill++) {
      let failed = 0;
      const load = startLoad(3, async () => {
        if ((await model.push(deployment.clients)) === "acked") return;
        failed++;
        await sleep(10);
      });
      const ackedBefore = model.ackedRows;
      await eventually(() => expect(model.ackedRows).toBeGreaterThan(ackedBefore + random.below(400)));
      await sleep(random.below(1_200));
      await deployment.apps.ingestion.kill();
      await eventually(() => expect(failed).toBeGreaterThan(0));
      await load.stop();
      expect(model.openPushes).toBeGreaterThan(0);
      await deployment.apps.ingestion.start();
      await eventually(() => model.settle(deployment.clients));
    }
    console.log(`ingestion: ${model.ackedRows} rows acknowledged over 3 kills`);
    await expectOnline(deployment.clients, model);
    await expectOffline(deployment.clients, model);
  });

  test("serving starts without the registry from its snapshot, and without one it is not serving (semantics 15)", async () => {
    await pushRows(deployment.clients, "driver_live", [
      { keys: { driver: 100_000n }, eventTimeUs: nowUs(), features: { trips: 5n } },
    ]);
    await deployment.apps.registry.kill();
    await deployment.apps.serving.kill();
    await deployment.apps.serving.start();
    const read = () => readOnline(deployment.clients, "driver_v1", [{ driver: 100_000n }]);
    // The row goes online behind its ack.
    await eventually(async () => expect((await read())[0]?.values["driver_live__trips"]).toBe(5n));
    const [answer] = await read();
    expect((await deployment.clients.serving.getServingInfo({})).registryAgeMs).toBeUndefined();

    await deployment.apps.serving.kill();
    rmSync(path.join(deployment.folder, "snapshots", "serving"), { recursive: true });
    await deployment.apps.serving.start();
    expect(await health("serving")).toBe(NOT_SERVING);
    expect(await caught(readOnline(deployment.clients, "driver_v1", [{ driver: 100_000n }]))).toMatchObject({
      code: "Unavailable",
      kind: "REGISTRY_UNAVAILABLE",
    });
    await deployment.apps.registry.start();
    await eventually(async () => expect(await health("serving")).toBe(SERVING));
    expect(await readOnline(deployment.clients, "driver_v1", [{ driver: 100_000n }])).toMatchObject([
      { values: answer?.values },
    ]);
  });
});

/** Runs an action again and again, a few at a time, until it is stopped. */
function startLoad(parallel: number, action: () => Promise<void>): { stop(): Promise<void> } {
  let stopping = false;
  const loops = Array.from({ length: parallel }, async () => {
    while (!stopping) await action();
  });
  return {
    async stop() {
      stopping = true;
      await Promise.all(loops);
    },
  };
}
