import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { CallOptions, ServiceError } from "@grpc/grpc-js";
import { OnlineServing, Status } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { compileProject, serviceDescriptor } from "@timewell/model";
import type { OnlineKey, OnlineKeys, OnlineStore } from "@timewell/store-ports";
import { systemClock } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { memoryStore } from "./describe-typed-get.testdata.ts";
import { inTime } from "./in-time.testdata.ts";
import { StallingStore } from "./stalling-store.testdata.ts";
import { startTypedServing, type TypedServing } from "./start-typed-serving.testdata.ts";
import { callTyped } from "./typed-client.testdata.ts";
import { airportRow, airports, applied } from "./typed-definitions.testdata.ts";

const snapshot = applied(undefined, airports);
const method = serviceDescriptor("flights", compileProject(snapshot).services.get("delay")!).method.get!;
const clock = systemClock();
const partly = { rows: [{ airport: "ZRH" }, { airport: "GVA" }], options: { allowPartial: true } };
const stringKey = (value: string) => ({ kind: { case: "stringValue" as const, value } });
const unavailable = { states: { hourly: "STATUS_UNAVAILABLE" } };

/** A store of two shards: keys that end in an even and in an odd byte. The second shard never answers. */
function halfStalled(store: OnlineStore): OnlineStore {
  const shardOf = ({ entityKey }: OnlineKey) => entityKey.at(-2)! % 2;
  return new Proxy(store, {
    get(target, name) {
      if (name === "shardOf") return shardOf;
      if (name === "read")
        return (keys: OnlineKeys) =>
          someKey(keys, (key) => shardOf(key) === 1) ? new Promise(() => undefined) : target.read(keys);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function someKey(keys: OnlineKeys, is: (key: OnlineKey) => boolean): boolean {
  return Array.from({ length: keys.length }, (_, i) => keys.at(i)!).some(is);
}

/** The same, but the second shard is lost at once. */
function halfLost(store: OnlineStore): OnlineStore {
  const stalled = halfStalled(store);
  return new Proxy(stalled, {
    get(target, name) {
      if (name !== "read") return Reflect.get(target, name) as unknown;
      return (keys: OnlineKeys) =>
        someKey(keys, (key) => target.shardOf!(key) === 1)
          ? Promise.reject(new FeatureStoreError("STORE_UNAVAILABLE", "Cannot read: it is lost"))
          : store.read(keys);
    },
  });
}

describe("partial answers", () => {
  let serving: TypedServing | undefined;
  const memory = memoryStore();
  beforeEach(async () => {
    const row = (airport: string, n: bigint) =>
      airportRow(snapshot, "hourly", airport, clock.nowUs(), [n, null]);
    await memory.apply([row("ZRH", 1n), row("GVA", 2n)]);
  });
  afterEach(async () => {
    await serving?.stop();
    serving = undefined;
  });

  async function serve(store: OnlineStore): Promise<TypedServing> {
    serving = await startTypedServing(store);
    serving.say(snapshot);
    await serving.definitions.waitForVersion("flights", 1n);
    return serving;
  }
  const within = (ms: number): CallOptions => ({ deadline: new Date(Number(clock.nowUs() / 1000n) + ms) });

  it("a store that does not answer in time: UNAVAILABLE inside the deadline, where the caller allows it", async () => {
    const store = new StallingStore(memory);
    const { client } = await serve(store.asOnlineStore);
    await callTyped(client, method, partly);
    store.hold();
    for (const deadlineMs of [600, 1_500]) {
      const answer = await inTime(() => callTyped(client, method, partly, within(deadlineMs)));
      expect(answer).toMatchObject({ rows: [unavailable, unavailable] });
    }
    store.release();
    const answer = await callTyped(client, method, partly, within(60_000));
    expect(answer).toMatchObject({
      rows: [{ hourly: { departures: "1" } }, { hourly: { departures: "2" } }],
    });
  });

  it("without allow_partial the call ends with DEADLINE_EXCEEDED", async () => {
    const store = new StallingStore(memory);
    const { client } = await serve(store.asOnlineStore);
    store.hold();
    const call = callTyped(client, method, { rows: partly.rows }, within(100));
    await expect(call).rejects.toMatchObject({ code: 4 } satisfies Partial<ServiceError>);
    store.release();
  });

  it("a shard that does not answer in time: its rows are UNAVAILABLE, the others are there (semantics 4)", async () => {
    const { client } = await serve(halfStalled(memory));
    const answer = await inTime(() => callTyped(client, method, partly, within(800)));
    const [zurich, geneva] = (answer as { rows: object[] }).rows;
    expect([zurich, geneva]).toEqual([{ hourly: { departures: "1" } }, unavailable]);
  });

  it("a shard that is lost fails only the calls that need it", async () => {
    const { client } = await serve(halfLost(memory));
    expect(await callTyped(client, method, partly)).toMatchObject({
      rows: [{ hourly: { departures: "1" } }, unavailable],
    });
    const [zurich, geneva] = await Promise.allSettled([
      callTyped(client, method, { rows: [{ airport: "ZRH" }] }),
      callTyped(client, method, { rows: [{ airport: "GVA" }] }),
    ]);
    expect(zurich).toMatchObject({ value: { rows: [{ hourly: { departures: "1" } }] } });
    expect(geneva).toMatchObject({ reason: { code: 14 } });
  });

  it("by name: what a lost or slow shard has is UNAVAILABLE before the deadline, the rest is there", async () => {
    const rows = partly.rows.map(({ airport }) => ({ keys: { airport: stringKey(airport) } }));
    const selection = { case: "featureService", value: "delay" } as const;
    const request = { project: "flights", selection, rows, options: { allowPartial: true } };
    for (const store of [halfLost(memory), halfStalled(memory)]) {
      const { url } = await serve(store);
      const client = createClient(OnlineServing, createGrpcTransport({ baseUrl: url }));
      const answer = await inTime(() => client.getOnlineFeatures(request, { timeoutMs: 1_000 }));
      const statuses = answer.rows.flatMap((row) => row.statuses);
      expect(statuses).toEqual([Status.PRESENT, Status.UNAVAILABLE]);
      await serving?.stop();
    }
    serving = undefined;
  });

  it("a damaged row fails its own call and no other one of the same read", async () => {
    const damaged = new Proxy(memory, {
      get(target, name) {
        if (name === "read")
          return async (keys: OnlineKeys) =>
            (await target.read(keys)).map((row, i) =>
              keys.at(i)!.entityKey.at(-2) === 0x41 ? Buffer.alloc(30) : row,
            );
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const { client } = await serve(damaged);
    const [zurich, geneva] = await Promise.allSettled([
      callTyped(client, method, { rows: [{ airport: "ZRH" }] }),
      callTyped(client, method, { rows: [{ airport: "GVA" }] }),
    ]);
    expect(zurich).toMatchObject({ value: { rows: [{ hourly: { departures: "1" } }] } });
    expect(geneva).toMatchObject({ reason: { code: 15 } });
  });
});
