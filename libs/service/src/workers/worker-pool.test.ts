import { ManualClock } from "@timewell/ttl";
import { pino } from "pino";
import { Registry } from "prom-client";
import { beforeEach, describe, expect, test } from "vitest";
import { CounterFamily } from "../metrics/counter-family.ts";
import type { PrintedMetric } from "../metrics/metric-family.ts";
import { FakeWorker } from "./fake-workers.testdata.ts";
import { WorkerPool } from "./worker-pool.ts";

async function counted(calls: number): Promise<PrintedMetric[]> {
  const registry = new Registry();
  new CounterFamily({ name: "timewell_calls_total", help: "x", registry }).labels().add(calls);
  return (await registry.getMetricsAsJSON()) as unknown as PrintedMetric[];
}

describe("WorkerPool", () => {
  let clock: ManualClock;
  let workers: FakeWorker[];
  let logged: { msg: string }[];
  let pool: WorkerPool;
  beforeEach(() => {
    clock = new ManualClock();
    workers = [];
    logged = [];
    const log = pino({}, { write: (line: string) => logged.push(JSON.parse(line) as { msg: string }) });
    const fork = () => {
      const worker = new FakeWorker(workers.length + 100);
      workers.push(worker);
      return worker;
    };
    pool = new WorkerPool({ size: 2, fork, clock, log, registry: new Registry() });
  });

  const turn = () => clock.advance(0);
  const start = async () => {
    const starting = pool.start();
    workers[0]!.getReady();
    await turn();
    workers[1]!.getReady();
    return starting;
  };
  const callsOf = async () => /timewell_calls_total (\d+)/.exec(await pool.print())?.[1];

  test("starts the first worker alone and tells the others that they join", async () => {
    expect(await start()).toEqual({ endpoints: [{ name: "one", url: "http://127.0.0.1:1" }] });
    expect(workers.map(({ told }) => told.find(({ kind }) => kind === "start"))).toEqual([
      { kind: "start", slot: 1, joins: false },
      { kind: "start", slot: 2, joins: true },
    ]);
  });

  test("gives up where the first worker cannot start, without starting another", async () => {
    const starting = pool.start();
    workers[0]!.exit(2, null);
    expect(await starting).toEqual({ failed: { code: 2, signal: null } });
    await clock.advance(60_000);
    expect(workers).toHaveLength(1);
  });

  test("replaces a worker that dies, ever later when it dies again and again", async () => {
    await start();
    const waits = [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000];
    for (const [deaths, waitMs] of waits.entries()) {
      workers.at(-1)!.exit(null, "SIGSEGV");
      await clock.advance(waitMs - 1);
      expect(workers).toHaveLength(deaths + 2);
      await clock.advance(1);
      expect(workers).toHaveLength(deaths + 3);
    }
    workers.at(-1)!.getReady();
    await clock.advance(30_000);
    workers.at(-1)!.exit(1, null);
    await clock.advance(100);
    expect(workers).toHaveLength(waits.length + 3);
    expect(logged.filter(({ msg }) => msg.includes("ended by itself"))).toHaveLength(waits.length + 1);
  });

  test("serves where every worker that takes calls does", async () => {
    await start();
    expect(workers.map(({ health }) => health)).toEqual([true, true]);
    workers[1]!.tell({ kind: "health", services: { Serving: false } });
    expect(workers.map(({ health }) => health)).toEqual([false, false]);
    workers[1]!.exit(null, "SIGKILL");
    await turn();
    expect(workers[0]!.health).toBe(true);
    await clock.advance(100);
    workers[2]!.tell({ kind: "hello" });
    expect(workers[0]!.health).toBe(true);
    workers[2]!.getReady();
    expect(workers[2]!.health).toBe(true);
  });

  test("a worker that somebody else tells to end does not count while it drains, and is replaced", async () => {
    await start();
    workers[1]!.tell({ kind: "leaving" });
    workers[1]!.tell({ kind: "health", services: { Serving: false } });
    expect(workers[0]!.health).toBe(true);
    workers[1]!.exit(0, null);
    await clock.advance(100);
    expect(workers).toHaveLength(3);
    expect(await pool.print()).toContain('timewell_worker_exits_total{cause="asked"} 1');
  });

  test("reload reaches every worker", async () => {
    await start();
    pool.reload();
    for (const { told } of workers) expect(told).toContainEqual({ kind: "reload" });
  });

  test("a rolling restart ends a worker only when its successor serves, one after the other", async () => {
    await start();
    const rolling = pool.roll();
    await turn();
    expect(workers).toHaveLength(3);
    workers[2]!.getReady(false);
    await clock.advance(5_000);
    expect(workers[0]!.told).not.toContainEqual({ kind: "stop", whole: false });
    workers[2]!.tell({ kind: "health", services: { Serving: true } });
    await clock.advance(20);
    expect(workers[0]!.told).toContainEqual({ kind: "stop", whole: false });
    expect(workers).toHaveLength(4);
    workers[3]!.getReady();
    await clock.advance(20);
    await rolling;
    expect(workers[1]!.told).toContainEqual({ kind: "stop", whole: false });
    expect(workers).toHaveLength(4);
    expect(workers[3]!.health).toBe(true);
  });

  test("a rolling restart is given up where the new worker does not serve, and the old ones stay", async () => {
    await start();
    const rolling = pool.roll();
    await turn();
    workers[2]!.getReady(false);
    await clock.advance(31_000);
    await rolling;
    await clock.advance(60_000);
    expect(workers).toHaveLength(3);
    expect(workers[0]!.told.concat(workers[1]!.told).some(({ kind }) => kind === "stop")).toBe(false);
    expect(workers[0]!.health).toBe(true);
    expect(logged.at(-1)!.msg).toContain("given up");
    const again = pool.roll();
    await turn();
    workers[3]!.exit(1, null);
    await clock.advance(20);
    await again;
    await clock.advance(60_000);
    expect(workers).toHaveLength(4);
  });

  test("no counter goes back when a worker ends, whether it was asked or not", async () => {
    await start();
    workers[0]!.metrics = await counted(10);
    workers[1]!.metrics = await counted(5);
    expect(await callsOf()).toBe("15");
    workers[1]!.exit(null, "SIGKILL");
    await clock.advance(100);
    workers[2]!.metrics = await counted(1);
    workers[2]!.getReady();
    expect(await callsOf()).toBe("16");
    workers[0]!.metrics = await counted(12);
    const rolling = pool.roll();
    await turn();
    workers[3]!.getReady();
    workers[3]!.metrics = await counted(0);
    await clock.advance(20);
    expect(await callsOf()).toBe("18");
    workers[4]!.getReady();
    await clock.advance(20);
    await rolling;
    expect(await callsOf()).toBe("18");
    expect(await pool.print()).toContain('timewell_worker_exits_total{cause="crashed"} 1');
  });

  test("a worker that does not answer a scrape stands with what it told last", async () => {
    await start();
    workers[0]!.metrics = await counted(10);
    workers[1]!.metrics = await counted(5);
    expect(await callsOf()).toBe("15");
    workers[1]!.metrics = undefined;
    const printing = callsOf();
    await clock.advance(1_000);
    expect(await printing).toBe("15");
  });

  test("ends all workers, says that nothing serves, and kills one that does not end", async () => {
    await start();
    workers[1]!.obeys = false;
    const stopping = pool.stop();
    expect(workers.map(({ health }) => health)).toEqual([false, false]);
    expect(workers[0]!.told).toContainEqual({ kind: "stop", whole: true });
    await clock.advance(10_000);
    await stopping;
    await clock.advance(60_000);
    expect(workers).toHaveLength(2);
  });
});
