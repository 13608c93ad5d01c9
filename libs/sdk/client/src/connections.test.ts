import { spawn } from "node:child_process";
import { once } from "node:events";
import { Code, ConnectError } from "@connectrpc/connect";
import { systemClock } from "@timewell/ttl";
import { afterEach, describe, expect, test } from "vitest";
import type { CallTimings } from "./call-timings.ts";
import type { TimewellClientOptions } from "./client-options.ts";
import { startServer, type TestServer } from "./serving-server.testdata.ts";
import { createTimewellClient, type TimewellClient } from "./timewell-client.ts";

const clock = systemClock();

describe("connections of the client", () => {
  const servers: TestServer[] = [];
  const clients: TimewellClient[] = [];
  afterEach(async () => {
    clients.splice(0).forEach((client) => client.close());
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function serve(answer: () => object | Promise<object> = () => ({}), port = 0): Promise<TestServer> {
    const server = await startServer(answer, port);
    servers.push(server);
    return server;
  }

  function connect(options: TimewellClientOptions): () => Promise<{ readonly engine: string }> {
    const client = createTimewellClient(options);
    clients.push(client);
    return () => client.serving.getServingInfo({});
  }

  test("are as many as were asked for, and take calls in turn", async () => {
    const server = await serve();
    const call = connect({ servingUrl: server.url, connections: 4 });
    for (let i = 0; i < 20; i++) await call();
    expect(server.calls).toEqual([5, 5, 5, 5]);
  });

  test("go to several servers in turn, leave out one that is down, and find it again within a second", async () => {
    const [first, second] = [await serve(() => ({ engine: "1" })), await serve(() => ({ engine: "2" }))];
    const call = connect({ servingUrl: [first.url, second.url], connections: 2 });
    const engines = async (calls: number) => {
      const answers = [];
      for (let i = 0; i < calls; i++) answers.push((await call()).engine);
      return answers;
    };
    expect(await engines(8)).toEqual(["1", "2", "1", "2", "1", "2", "1", "2"]);
    await second.stop();
    expect(new Set(await engines(50))).toEqual(new Set(["1"]));
    await serve(() => ({ engine: "2" }), second.port);
    const backAtMs = clock.monotonicMs();
    while ((await call()).engine !== "2") await clock.sleep(10);
    expect(clock.monotonicMs() - backAtMs).toBeLessThan(1_500);
  });

  test("are made again with the first call after the server is back", async () => {
    const server = await serve();
    const call = connect({ servingUrl: server.url });
    await call();
    await server.stop();
    for (let i = 0; i < 20; i++) await expect(call()).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
    await serve(() => ({}), server.port);
    const backAtMs = clock.monotonicMs();
    await call();
    expect(clock.monotonicMs() - backAtMs).toBeLessThan(10_000);
  });

  test("notice a server that stands still, and use it again when it goes on", async () => {
    const script = new URL("./serving-process.testdata.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      const servingUrl = line.toString().trim();
      const keepAlive = { intervalMs: 300, timeoutMs: 200 };
      const call = connect({ servingUrl, keepAlive, timeouts: { onlineMs: 60_000 } });
      await call();
      child.kill("SIGSTOP");
      const startMs = clock.monotonicMs();
      const error = await call().catch((reason: unknown) => reason);
      // The first attempt and two more, each until a ping is not answered.
      expect(clock.monotonicMs() - startMs).toBeLessThan(15_000);
      expect(error).toMatchObject({ kind: "STORE_UNAVAILABLE" });
      child.kill("SIGCONT");
      const backAtMs = clock.monotonicMs();
      expect((await call()).engine).toBe("process");
      expect(clock.monotonicMs() - backAtMs).toBeLessThan(10_000);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("a server that fails every call gets at most a tenth more calls than without retries", async () => {
    const server = await serve(() => {
      throw new ConnectError("out of order", Code.Unavailable);
    });
    const timings: CallTimings[] = [];
    const call = connect({ servingUrl: server.url, onCall: (each) => timings.push(each) });
    const untilMs = clock.monotonicMs() + Number(process.env["TIMEWELL_FAIL_MS"] ?? 3_000);
    let calls = 0;
    while (clock.monotonicMs() < untilMs || calls <= 100) {
      await Promise.all(Array.from({ length: 5 }, () => call().catch(() => undefined)));
      calls += 5;
      await clock.sleep(20);
    }
    const attempts = server.calls.reduce((sum, count) => sum + count, 0);
    expect(attempts).toBeGreaterThan(calls);
    expect(attempts).toBeLessThanOrEqual(calls * 1.1);
    expect(timings.reduce((sum, each) => sum + each.attempts, 0)).toBe(attempts);
  });

  test("onCall tells where the time of a call went", async () => {
    let failures = 0;
    const server = await serve(async () => {
      if (failures-- > 0) throw new ConnectError("again", Code.Unavailable);
      await clock.sleep(60);
      return { engine: "x".repeat(100_000) };
    });
    const timings: CallTimings[] = [];
    const call = connect({ servingUrl: server.url, onCall: (each) => timings.push(each) });
    await call();
    await call();
    failures = 2;
    await call();
    failures = 9;
    await expect(call()).rejects.toThrow();
    expect(timings.map(({ attempts, code }) => [attempts, code])).toEqual([
      [1, "OK"],
      [1, "OK"],
      [3, "OK"],
      [3, "UNAVAILABLE"],
    ]);
    const [first, second, third] = timings;
    expect(first?.connectMs).toBeGreaterThan(second?.connectMs ?? Infinity);
    // 40 and 80 ms of pauses, and two attempts.
    expect(third?.queueMs).toBeGreaterThan(100);
    for (const each of timings) {
      const { method, address, totalMs, waitMs, decodeMs } = each;
      expect([method, address]).toEqual(["OnlineServing/GetServingInfo", server.url]);
      if (each.code === "OK") expect(waitMs).toBeGreaterThan(50);
      expect(decodeMs).toBeGreaterThanOrEqual(0);
      const stages = each.connectMs + each.queueMs + each.sendMs + waitMs + each.receiveMs + decodeMs;
      expect(Math.abs(stages - totalMs)).toBeLessThan(0.01);
    }
  });

  test("a number of connections that makes no sense, and an address that is none, are refused", () => {
    for (const connections of [0, 65, 1.5])
      expect(() => connect({ servingUrl: "http://127.0.0.1:1", connections })).toThrow("1 to 64");
    expect(() => connect({ servingUrl: ["http://127.0.0.1:1", "nowhere"] })).toThrow("expected a URL");
  });
});
