import { Wait } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import {
  type ApplyOptions,
  InMemoryOnlineStore,
  type OfflineCatalog,
  type OnlineKey,
  type OnlineStore,
  type OnlineWrite,
} from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Applier } from "./applier.ts";
import { IngestionWorld, startUs } from "./ingestion-world.testdata.ts";
import { materialize } from "./materialize.ts";
import { flushSegments } from "./segment-writer.ts";

/** A store that can lose everything, as a Redis without persistence does when it is started again. */
class ForgetfulStore implements OnlineStore {
  readonly engine = "memory";
  readonly expiresPhysically = true;
  readonly #clock: Clock;
  #now: InMemoryOnlineStore;
  /** Set: the instance keeps its name, as after FLUSHALL. */
  sameRunId: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#now = new InMemoryOnlineStore(clock);
  }

  forget(): void {
    this.#now = new InMemoryOnlineStore(this.#clock);
  }

  read = (keys: readonly OnlineKey[]) => this.#now.read(keys);
  apply = (writes: readonly OnlineWrite[], options?: ApplyOptions) => this.#now.apply(writes, options);
  watermarks = () => this.#now.watermarks();
  runId = async () => this.sameRunId ?? (await this.#now.runId());
  collectGarbage = (viewId: number, beforeUs: bigint) => this.#now.collectGarbage(viewId, beforeUs);
  remove = (keys: readonly OnlineKey[]) => this.#now.remove(keys);
  removalFence = () => this.#now.removalFence();
  check = () => this.#now.check();
  close = () => this.#now.close();
}

const row = (airport: string, departures: bigint) => ({
  keys: { airport: { kind: { case: "stringValue" as const, value: airport } } },
  features: { departures: { kind: { case: "int64Value" as const, value: departures } } },
  eventTimeUs: startUs,
});

describe("Applier with a store that lost everything", () => {
  let world: IngestionWorld;
  let store: ForgetfulStore;
  beforeEach(async () => {
    const plain = await IngestionWorld.create();
    store = new ForgetfulStore(plain.clock);
    world = plain.withStore(store);
    world.applier.start();
    const pushing = world.push({ featureView: "airport_hourly", rows: [row("SEA", 5n)], wait: Wait.ONLINE });
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
    await pushing;
    // Longer than what is applied again after every restart.
    await world.clock.advance(11 * 60_000);
    await world.until(async () => world.applier.leases().length > 0);
  });
  afterEach(() => world.close());

  /** Enough keys to touch every partition, so that none is without a watermark if they are applied at once. */
  const others = Array.from({ length: 600 }, (_, i) => row(`A${i}`, BigInt(i)));

  async function expectAllBack(): Promise<void> {
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
    expect((await world.read("airport_hourly", "SEA"))?.values).toEqual([5n, null]);
    await world.until(async () => (await world.read("airport_hourly", "A599")) !== undefined);
    for (const i of [0, 77, 321])
      expect((await world.read("airport_hourly", `A${i}`))?.values[0]).toBe(BigInt(i));
  }

  it("applies old rows again too, where new ones come before the loss is noticed", async () => {
    store.forget();
    await world.push({ featureView: "airport_hourly", rows: others });
    await expectAllBack();
  });

  it("notices also where the instance keeps its name", async () => {
    store.sameRunId = await store.runId();
    await world.until(() => world.clock.advance(6_000).then(() => true));
    store.forget();
    await world.push({ featureView: "airport_hourly", rows: others.slice(0, 1) });
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
    await world.push({ featureView: "airport_hourly", rows: others });
    await expectAllBack();
  });

  it("notices also where nothing new comes, and writes what segments hold", async () => {
    store.sameRunId = await store.runId();
    await world.until(() => world.clock.advance(6_000).then(() => true));
    await world.until(() => world.applier.leases().length === 64);
    expect(await flushSegments(world.deps, world.applier)).toBe(1);
    store.forget();
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
  });

  it("finds rows that another process flushes while this one recovers", async () => {
    await world.push({ featureView: "airport_hourly", rows: others });
    await world.until(async () =>
      (await world.deps.ingestLog.progress()).every(({ head, applied }) => head === applied),
    );
    const leases = world.applier.leases();
    const stopped = world.applier.stop();
    await world.clock.advance(1_000);
    await stopped;
    store.forget();

    const catalog = world.deps.offlineCatalog;
    // After a look for where to go on, the recovery looks at the views one by one: the flush comes when it has seen the segments of this one.
    const names = [...world.project.viewsById.values()].map(({ name }) => name);
    let looks = names.indexOf("airport_hourly") + 2;
    const manifest = async () => {
      const found = await catalog.manifest();
      if (--looks === 0) expect(await flushSegments(world.deps, { leases: () => leases })).toBe(601);
      return found;
    };
    const offlineCatalog = new Proxy<OfflineCatalog>(catalog, {
      get(_, name: keyof OfflineCatalog) {
        const member = catalog[name];
        if (name === "manifest") return manifest;
        return typeof member === "function" ? member.bind(catalog) : member;
      },
    });
    world.applier = new Applier({ ...world.deps, offlineCatalog });
    world.applier.start();
    await vi.waitFor(
      async () => {
        await world.clock.advance(50);
        expect(await world.read("airport_hourly", "SEA")).toBeDefined();
      },
      { timeout: 60_000, interval: 20 },
    );
    await expectAllBack();
  });

  // The store's answer used to come before the look at the log, so that the limit did not hold when it mattered.
  it("limits the backlog also while the store does not answer", async () => {
    store.runId = () => Promise.reject(new FeatureStoreError("STORE_UNAVAILABLE", "Cannot read"));
    store.apply = () => Promise.reject(new FeatureStoreError("STORE_UNAVAILABLE", "Cannot write"));
    await world.clock.advance(6_000);
    for (let i = 0; i < 2; i++) await world.push({ featureView: "airport_hourly", rows: others });
    await world.until(() => world.applier.backlogRows() > 1_000n);
    await expect(world.push({ featureView: "airport_hourly", rows: others })).rejects.toMatchObject({
      kind: "OVERLOADED",
    });
  });

  it("applies the rest where the source of a view cannot be read any more", async () => {
    await world.writeCsv("hourly.csv", "airport,event_timestamp,departures,mean_delay", [
      "JFK,2025-12-31T23:00:00Z,1,1",
    ]);
    await materializeAll(world);
    await world.writeCsv("hourly.csv", "nothing,of,it", []);
    store.forget();
    await world.push({ featureView: "pushed_only", rows: [{ ...row("SEA", 0n), features: {} }] });
    await vi.waitFor(
      async () => {
        await world.clock.advance(50);
        expect(await world.read("pushed_only", "SEA")).toBeDefined();
        expect(await world.read("airport_hourly", "SEA")).toBeDefined();
      },
      { timeout: 60_000, interval: 20 },
    );
  });
});

async function materializeAll(world: IngestionWorld): Promise<void> {
  const range = { fromUs: startUs - 86_400_000_000n, toUs: startUs };
  const signal = new AbortController().signal;
  let rows = 0n;
  for await (const progress of materialize(world.deps, world.view("airport_hourly"), range, signal))
    rows = progress.rowsRead;
  expect(rows).toBe(1n);
}
