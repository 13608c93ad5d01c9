import { encodeKey } from "@timewell/keys";
import { encodeStoredRow } from "@timewell/row";
import { startRedis, type PrivateServer, type StartRedisOptions } from "@timewell/setup";
import type { OnlineStore, OnlineWrite } from "@timewell/store-ports";
import { Redis } from "ioredis";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openRedisOnlineStore } from "./redis-online-store.ts";

const entityKey = encodeKey(["INT64"], [1n]);
const keys = [{ viewId: 7, entityKey }];
const unavailable = { kind: "STORE_UNAVAILABLE" };

function row(eventTimeUs: bigint, payloadBytes = 10): OnlineWrite {
  const header = { deleted: false, eventTimeUs, order: 1n, availableTimeUs: undefined };
  return {
    viewId: 7,
    entityKey,
    row: encodeStoredRow(header, new Uint8Array(payloadBytes)),
    stampAvailableTime: true,
  };
}

/** Runs `work` with a private server, a store on it and a plain client, and ends all three. */
async function withServer(
  options: StartRedisOptions,
  work: (parts: { server: PrivateServer; store: OnlineStore; admin: Redis }) => Promise<void>,
): Promise<void> {
  const server = await startRedis(options);
  const store = await openRedisOnlineStore({ url: server.url });
  const admin = new Redis(server.url, { retryStrategy: () => 50 });
  admin.on("error", () => undefined);
  try {
    await work({ server, store, admin });
  } finally {
    admin.disconnect();
    await store.close();
    await server.stop();
  }
}

/** Calls until it succeeds; returns how long that took, in ms. */
async function untilItWorks(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (;;) {
    try {
      await call();
      return performance.now() - start;
    } catch (error) {
      expect(error).toMatchObject(unavailable);
      if (performance.now() - start > 60_000) throw error;
      await sleep(20);
    }
  }
}

describe("when Redis is gone", () => {
  it("every call fails with STORE_UNAVAILABLE in time; when it is back, calls work and the run id is another", () =>
    withServer({}, async ({ server, store }) => {
      await store.apply([row(1n)]);
      const runId = await store.runId();
      await server.kill();
      const calls = [
        () => store.read(keys),
        () => store.apply([row(2n)]),
        () => store.watermarks(),
        () => store.runId(),
        () => store.check(),
      ];
      for (const call of calls) {
        const start = performance.now();
        await expect(call()).rejects.toMatchObject({ ...unavailable, cause: expect.any(Error) });
        expect(performance.now() - start).toBeLessThan(5_000);
      }
      await server.restart();
      expect(await untilItWorks(() => store.read(keys))).toBeLessThan(10_000);
      await untilItWorks(() => store.apply([row(3n)]));
      expect(await store.runId()).not.toBe(runId);
    }));

  it("calls under way when it dies end with STORE_UNAVAILABLE", () =>
    withServer({}, async ({ server, store }) => {
      const batch = Array.from({ length: 20_000 }, (_, i) => row(BigInt(i)));
      const calls = [
        store.apply(batch),
        store.apply(batch),
        ...Array.from({ length: 50 }, () => store.read(keys)),
      ];
      const settled = Promise.allSettled(calls);
      await server.kill();
      for (const result of await settled) {
        if (result.status === "rejected") expect(result.reason).toMatchObject(unavailable);
      }
    }));

  it("a store opens without a server, and works once there is one", async () => {
    const server = await startRedis();
    await server.kill();
    const store = await openRedisOnlineStore({ url: server.url });
    await expect(store.read(keys)).rejects.toMatchObject(unavailable);
    await server.restart();
    await untilItWorks(() => store.read(keys));
    await store.close();
    await server.stop();
  });

  it("a server that stands still fails reads in time, later ones at once, and is used again when it goes on", () =>
    withServer({}, async ({ store, admin }) => {
      const processId = Number(/process_id:(\d+)/.exec(await admin.info("server"))![1]);
      process.kill(processId, "SIGSTOP");
      try {
        const start = performance.now();
        await expect(store.read(keys)).rejects.toMatchObject(unavailable);
        expect(performance.now() - start).toBeLessThan(5_000);
        await sleep(1_200);
        const waitedMs = [];
        for (let i = 0; i < 20; i++) {
          const later = performance.now();
          await expect(store.read(keys)).rejects.toMatchObject(unavailable);
          waitedMs.push(performance.now() - later);
        }
        // The machine may be busy with something else: one quick answer shows that nothing is waited for.
        expect(Math.min(...waitedMs)).toBeLessThan(50);
      } finally {
        process.kill(processId, "SIGCONT");
      }
      expect(await untilItWorks(() => store.read(keys))).toBeLessThan(10_000);
    }));
});

describe("when Redis refuses", () => {
  it("a full memory is STORE_UNAVAILABLE with a hint, and nothing is evicted", () =>
    withServer({}, async ({ store, admin }) => {
      await store.apply([row(1n)]);
      await admin.config("SET", "maxmemory", "1mb");
      const applying = store.apply([row(2n, 60_000)]);
      await expect(applying).rejects.toMatchObject({
        ...unavailable,
        hint: expect.stringContaining("memory"),
      });
      expect((await store.read(keys))[0]).toBeDefined();
    }));

  it("a replica is STORE_UNAVAILABLE until it is a master again", () =>
    withServer({}, async ({ store, admin }) => {
      await admin.call("REPLICAOF", "127.0.0.1", "1");
      await expect(store.apply([row(1n)])).rejects.toMatchObject(unavailable);
      await admin.call("REPLICAOF", "NO", "ONE");
      expect(await untilItWorks(() => store.apply([row(2n)]))).toBeLessThan(10_000);
    }));

  it("a wrong password is STORE_UNAVAILABLE", () =>
    withServer({}, async ({ server, admin }) => {
      await admin.config("SET", "requirepass", "right");
      const store = await openRedisOnlineStore({ url: server.url.replace("://", "://:wrong@") });
      await expect(store.read(keys)).rejects.toMatchObject(unavailable);
      await store.close();
    }));

  it("scripts that it has forgotten are sent again", () =>
    withServer({}, async ({ store, admin }) => {
      await store.apply([row(1n)]);
      await admin.script("FLUSH");
      const batch = Array.from({ length: 3_000 }, (_, i) => row(BigInt(i + 2)));
      const outcomes = await store.apply(batch);
      expect(outcomes.every(({ written }) => written)).toBe(true);
    }));
});

describe("check()", () => {
  const refused = [
    ["a policy that evicts rows", { maxmemoryPolicy: "allkeys-lru" }, /maxmemory-policy is allkeys-lru/],
    ["a node of a Cluster", { cluster: true }, /Cluster/],
  ] as const;
  for (const [what, options, message] of refused) {
    it(`refuses ${what} with STORE_MISCONFIGURED`, () =>
      withServer(options, async ({ store }) => {
        await expect(store.check()).rejects.toMatchObject({
          kind: "STORE_MISCONFIGURED",
          message: expect.stringMatching(message),
        });
      }));
  }
});
