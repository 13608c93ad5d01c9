import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { freePort, makeTempFolder, removeTempFolder } from "@timewell/setup";
import { AppProcess } from "./harness/app-process.ts";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { makeClients } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { metricValues } from "./harness/metric-values.ts";
import { nowUs, pushRows } from "./harness/push-rows.ts";
import { readOnline } from "./harness/read-online.ts";
import { type SteadyLoad, startLoad } from "./harness/steady-load.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";

/** Rolling restarts of all workers under load; more of them by TIMEWELL_ROUNDS, and faster by TIMEWELL_RATE. */
const rounds = Number(process.env["TIMEWELL_ROUNDS"] ?? 2);
const requestsPerSecond = Number(process.env["TIMEWELL_RATE"] ?? 260);
const unavailable = 14;
const ok = '{method="timewell.serving.v1.OnlineServing/GetOnlineFeatures",code="OK"}';

vi.setConfig({ testTimeout: 180_000 + rounds * 30_000, hookTimeout: 120_000 });

/** What a process logs as JSON, as far as it is about workers. */
interface LogLine {
  readonly msg: string;
  readonly worker?: number | "primary";
  readonly slot?: number;
  readonly workerPid?: number;
}

function logLines(app: AppProcess): LogLine[] {
  const lines = app.log().split("\n");
  return lines.filter((line) => line.startsWith('{"level"')).map((line) => JSON.parse(line) as LogLine);
}

function countLog(app: AppProcess, text: string): number {
  return logLines(app).filter(({ msg }) => msg.includes(text)).length;
}

/** Process ids of the workers that are in their places now. */
function workerPids(app: AppProcess): Map<number, number> {
  const ready = logLines(app).filter(({ msg }) => msg === "a worker is ready");
  return new Map(ready.map(({ slot = 0, workerPid = 0 }) => [slot, workerPid]));
}

const metricsOf = async (url: string) => (await fetch(`${url}/metrics`)).text();

describe("serving with two workers", () => {
  let deployment: Deployment | undefined;
  let load: SteadyLoad | undefined;
  afterEach(async () => {
    await load?.stop();
    load = undefined;
    await deployment?.stop();
  });

  const start = async () => {
    deployment = await startApps({
      engine: "servers",
      flags: { serving: ["--workers", "2", "--store-timeout", "5s"] },
    });
    await applyTaxi(deployment.clients);
    await pushRows(deployment.clients, "driver_live", [
      { keys: { driver: 1n }, eventTimeUs: nowUs(), features: { trips: 5n } },
    ]);
    load = startLoad({
      address: new URL(deployment.urls.serving).host,
      requestsPerSecond,
      connections: 8,
      service: "driver_v1",
      keys: { driver: 1n },
      check: ({ rows }) => {
        const { case: kind, value } = rows[0]?.values[0]?.kind ?? {};
        return value === 5n ? undefined : `${kind} ${String(value)}`;
      },
    });
    await eventually(() => expect(load?.count.answered).toBeGreaterThan(500));
    return { deployment, load, serving: deployment.apps.serving };
  };

  test("rolling restarts under load fail no call, and no counter loses one", async () => {
    const { deployment, load, serving } = await start();
    expect(load.count.failed).toEqual([]);
    expect(serving.log().split('"ready":true')).toHaveLength(2);
    for (let round = 1; round <= rounds; round++) {
      serving.signal("SIGUSR2");
      await eventually(() => expect(countLog(serving, "rolling restart is done")).toBe(round));
      const health = await fetch(`${deployment.urls.http}/healthz`);
      expect(health.status).toBe(200);
      await sleep(200);
    }
    const { failed, wrong, answered, sent } = await load.stop();
    expect(failed).toEqual([]);
    expect(wrong).toEqual([]);
    expect(answered).toBe(sent);
    expect(countLog(serving, "a worker is ready")).toBe(2 + 2 * rounds);
    const text = await metricsOf(deployment.urls.http);
    expect(metricValues(text, "timewell_requests_total").get(ok)).toBe(answered);
    expect(metricValues(text, "timewell_worker_exits_total").get('{cause="asked"}')).toBe(2 * rounds);
    const inFlight = metricValues(text, "timewell_requests_in_flight");
    expect([...inFlight].filter(([labels, count]) => count !== 0 && !labels.includes("/metrics"))).toEqual(
      [],
    );
    const age = [...metricValues(text, "timewell_serving_registry_age_seconds").values()];
    expect(age).toHaveLength(1);
    expect(age[0]).toBeLessThan(10);
    const memory = metricValues(text, "process_resident_memory_bytes");
    expect([...memory.keys()].sort()).toEqual(['{worker="1"}', '{worker="2"}', '{worker="primary"}']);
    const end = await serving.stop();
    expect(end).toMatchObject({ code: 0 });
    expect(end.tookMs).toBeLessThan(15_000);
    expect(new Set(logLines(serving).map(({ worker }) => worker))).toEqual(new Set([1, 2, "primary"]));
  });

  test("kill -9 of a worker fails only the calls that it has, as UNAVAILABLE, and another takes its place", async () => {
    const { deployment, load, serving } = await start();
    const before = await metricsOf(deployment.urls.http);
    for (const slot of [1, 2]) {
      const pid = workerPids(serving).get(slot) as number;
      const failedBefore = load.count.failed.length;
      process.kill(pid, "SIGKILL");
      const killedAtMs = performance.now();
      await eventually(() => expect(workerPids(serving).get(slot)).not.toBe(pid));
      await sleep(1_000);
      const failed = load.count.failed.slice(failedBefore);
      expect(failed.filter(({ code }) => code !== unavailable)).toEqual([]);
      expect(failed.filter(({ failedAtMs }) => failedAtMs > killedAtMs + 10_000)).toEqual([]);
      // A connection breaks once: what is sent on it after that goes to the other worker.
      const brokenAtMs = Map.groupBy(failed, ({ connection }) => connection);
      for (const calls of brokenAtMs.values())
        expect(calls.filter(({ sentAtMs }) => sentAtMs > (calls[0]?.failedAtMs ?? 0))).toEqual([]);
    }
    const { wrong, answered, sent, failed } = await load.stop();
    expect(wrong).toEqual([]);
    expect(answered + failed.length).toBe(sent);
    expect(countLog(serving, "a worker ended by itself")).toBe(2);
    const text = await metricsOf(deployment.urls.http);
    expect(metricValues(text, "timewell_worker_exits_total").get('{cause="crashed"}')).toBe(2);
    const counted = metricValues(text, "timewell_requests_total").get(ok) ?? 0;
    expect(counted).toBeGreaterThanOrEqual(metricValues(before, "timewell_requests_total").get(ok) ?? 0);
    expect((await fetch(`${deployment.urls.http}/healthz`)).status).toBe(200);
  });

  test("SIGTERM under load drains all workers, and what then fails was never taken", async () => {
    const { load, serving } = await start();
    const end = await serving.stop();
    await sleep(200);
    const { failed, wrong } = await load.stop();
    expect(end.code).toBe(0);
    expect(end.tookMs).toBeLessThan(15_000);
    expect(wrong).toEqual([]);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.filter(({ code }) => code !== unavailable)).toEqual([]);
  });
});

describe("a server of two workers that cannot go on", () => {
  const folder = makeTempFolder("workers");
  const spec = async (...flags: string[]) => ({
    app: "serving",
    name: "server",
    folder,
    args: [
      ...["--listen", `127.0.0.1:${await freePort()}`, "--http-listen", "127.0.0.1:0", "--workers", "2"],
      ...["--online", "redis://127.0.0.1:9", "--registry", "http://127.0.0.1:9", "--snapshot-dir", folder],
      ...flags,
    ],
  });
  afterAll(() => removeTempFolder(folder));

  test("says once what is wrong with its settings, and ends with 2", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const app = new AppProcess(await spec("--listen", `127.0.0.1:${port}`));
    app.launch();
    expect(await app.ended()).toMatchObject({ code: 2 });
    expect(app.log().split("another process listens there")).toHaveLength(2);
    expect(app.log()).not.toContain('"ready":true');
    taken.close();
  });

  test("is up and NOT_SERVING where nothing that it needs is there, on a port that the system chose", async () => {
    const app = await new AppProcess(await spec()).start();
    const line =
      app
        .log()
        .split("\n")
        .find((text) => text.startsWith('{"ready"')) ?? "";
    const { endpoints } = JSON.parse(line) as { endpoints: { http: string } };
    expect(endpoints.http).not.toMatch(/:0$/);
    for (let i = 0; i < 4; i++) expect((await fetch(`${endpoints.http}/healthz`)).status).toBe(503);
    expect((await app.stop()).code).toBe(0);
  });

  test("leaves no worker behind where the primary process is killed", async () => {
    const app = await new AppProcess(await spec()).start();
    const pids = [...workerPids(app).values()];
    expect(pids).toHaveLength(2);
    await app.kill();
    const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
    await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
  });
});

describe("serving with two workers on a folder of LMDB that another process writes", () => {
  let deployment: Deployment | undefined;
  let serving: AppProcess | undefined;
  afterEach(async () => {
    await serving?.kill();
    await deployment?.stop();
  });

  test("each worker reads what was acknowledged, also after one was killed", async () => {
    deployment = await startApps({ engine: "embedded" });
    const { clients, folder, urls } = deployment;
    await applyTaxi(clients);
    const [grpc, http] = [await freePort(), await freePort()];
    const args = [
      ...["--listen", `127.0.0.1:${grpc}`, "--http-listen", `127.0.0.1:${http}`, "--workers", "2"],
      ...["--online", `lmdb:${path.join(folder, "state", "online")}`, "--registry", urls.registry],
      ...["--snapshot-dir", path.join(folder, "serving-snapshots")],
      ...["--port-file", path.join(folder, "ports")],
    ];
    serving = await new AppProcess({ app: "serving", name: "readers", args, folder }).start();
    expect(readFileSync(path.join(folder, "ports"), "utf8")).toContain(`http://127.0.0.1:${grpc}`);
    const own = { ...urls, serving: `http://127.0.0.1:${grpc}`, http: `http://127.0.0.1:${http}` };
    // Connections go to the workers in turn.
    const readers = Array.from({ length: 4 }, () => makeClients(own));
    await eventually(async () => {
      for (const reader of readers) await reader.serving.getServingInfo({ project: "taxi" });
    });
    for (const trips of [1n, 2n, 3n, 4n]) {
      await pushRows(clients, "driver_live", [
        { keys: { driver: 1n }, eventTimeUs: nowUs(), features: { trips } },
      ]);
      for (const reader of readers) {
        const [answer] = await eventually(() => readOnline(reader, "driver_v1", [{ driver: 1n }]));
        expect(answer?.values["driver_live__trips"]).toBe(trips);
      }
      if (trips !== 2n) continue;
      const running = serving;
      process.kill(workerPids(running).get(1) as number, "SIGKILL");
      await eventually(() => expect(countLog(running, "a worker is ready")).toBe(3));
    }
  });
});
