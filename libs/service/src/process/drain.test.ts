import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport, createConnectTransport } from "@connectrpc/connect-node";
import { FeatureRegistry, OnlineServing } from "@timewell/contracts";
import { systemClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { stacks, startTestService, type TestService } from "./test-service.testdata.ts";

const clock = systemClock();
const getServingInfo = async () => {
  await clock.sleep(20);
  return { engine: "slow" };
};

describe.each(stacks)("drain on %s", (stack) => {
  const protocols = [
    ["gRPC", (baseUrl: string) => createGrpcTransport({ baseUrl })],
    ["HTTP/1.1", (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
  ] as const;

  it.each(protocols)(
    "answers every call over %s that it took on, and refuses new connections",
    async (_name, make) => {
      let [target, sent, taken] = [0, 0, 0];
      const isDraining = Promise.withResolvers<void>();
      const held = async () => {
        taken++;
        await clock.sleep(20);
        if (target === 1) await isDraining.promise;
        return { engine: "slow" };
      };
      const [first, second] = await Promise.all([
        startTestService({ stack, methods: { getServingInfo: held } as never }),
        startTestService({ stack, methods: { getServingInfo } as never }),
      ]);
      const clients = [first, second].map((service) => createClient(OnlineServing, make(service.url)));
      let answered = 0;
      const failures: string[] = [];
      let stopped = false;
      const load = Array.from({ length: 20 }, async () => {
        while (!stopped) {
          if (target === 0) sent++;
          try {
            await clients[target]!.getServingInfo({});
            answered++;
          } catch (error) {
            failures.push(String(error));
          }
        }
      });
      while (answered < 50) await clock.sleep(20);
      // A balancer takes the server out first; what it took on must end well.
      target = 1;
      while (taken < sent) await clock.sleep(1);
      const startMs = clock.monotonicMs();
      const drained = first.drain();
      isDraining.resolve();
      await drained;
      expect(clock.monotonicMs() - startMs).toBeLessThan(5_000);
      stopped = true;
      await Promise.all(load);
      expect(failures).toEqual([]);
      await expect(fetch(`${first.url}/healthz`)).rejects.toThrow();
      await second.drain();
    },
  );

  it("ends a stream that will not end with UNAVAILABLE after the grace time", async () => {
    const watchRegistry = async function* (_request: unknown, context: { signal: AbortSignal }) {
      yield { caughtUp: true };
      await clock.sleep(60_000, context.signal);
    } as never;
    const service = await startTestService({
      stack,
      services: [FeatureRegistry],
      methods: { watchRegistry },
      args: ["--drain-grace", "300ms"],
    });
    const client = createClient(FeatureRegistry, createGrpcTransport({ baseUrl: service.url }));
    const stream = client.watchRegistry({})[Symbol.asyncIterator]();
    expect((await stream.next()).value.caughtUp).toBe(true);
    const end = stream.next().then(
      () => undefined,
      (error: unknown) => ConnectError.from(error),
    );
    const startMs = clock.monotonicMs();
    await service.drain();
    const tookMs = clock.monotonicMs() - startMs;
    expect(tookMs).toBeGreaterThan(250);
    expect(tookMs).toBeLessThan(10_000);
    const error = await end;
    expect(error?.code).toBe(Code.Unavailable);
    expect(error?.rawMessage).toContain("shutting down");
  });

  it("ends a call that ignores every signal by force", async () => {
    const stuck = (() => new Promise(() => undefined)) as never;
    const service = await startTestService({
      stack,
      methods: { getServingInfo: stuck },
      args: ["--drain-grace", "100ms"],
    });
    const client = createClient(OnlineServing, createGrpcTransport({ baseUrl: service.url }));
    const call = client
      .getServingInfo({}, { timeoutMs: 30_000 })
      .catch((error: unknown) => ConnectError.from(error).code);
    await clock.sleep(100);
    await service.drain();
    expect([Code.Unavailable, Code.Canceled, Code.Internal, Code.Aborted]).toContain(await call);
  });

  it("is told by health at once", async () => {
    const service: TestService = await startTestService({ stack });
    const drained = service.drain();
    expect(service.health.get(OnlineServing.typeName)).toBe(false);
    await drained;
  });
});

describe.each(stacks)("deadlines and cancels on %s", (stack) => {
  it("a handler's signal ends with the deadline, and the caller is told at once", async () => {
    const ended = Promise.withResolvers<void>();
    const waiting = async (_request: unknown, { signal }: { signal: AbortSignal }) => {
      signal.addEventListener("abort", () => ended.resolve());
      await new Promise(() => undefined);
    };
    const service = await startTestService({ stack, methods: { getServingInfo: waiting } as never });
    const client = createClient(OnlineServing, createGrpcTransport({ baseUrl: service.url }));
    const call = client.getServingInfo({}, { timeoutMs: 50 });
    await expect(call).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    await ended.promise;
    await service.drain();
  });

  it("a handler's signal ends with the caller's cancel", async () => {
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const waiting = async (_request: unknown, { signal }: { signal: AbortSignal }) => {
      signal.addEventListener("abort", () => ended.resolve());
      started.resolve();
      await new Promise(() => undefined);
    };
    const service = await startTestService({ stack, methods: { getServingInfo: waiting } as never });
    const client = createClient(OnlineServing, createGrpcTransport({ baseUrl: service.url }));
    const cancel = new AbortController();
    const call = client.getServingInfo({}, { signal: cancel.signal });
    await started.promise;
    cancel.abort();
    await expect(call).rejects.toMatchObject({ code: Code.Canceled });
    await ended.promise;
    await service.drain();
  });

  it("a call without a deadline gets the server's", async () => {
    const stuck = (() => new Promise(() => undefined)) as never;
    const limits = { timeoutDefaultMs: 50 };
    const service = await startTestService({ stack, methods: { getServingInfo: stuck }, limits });
    const client = createClient(OnlineServing, createGrpcTransport({ baseUrl: service.url }));
    await expect(client.getServingInfo({})).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    await service.drain();
  });
});
