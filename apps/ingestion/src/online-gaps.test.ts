import { create } from "@bufbuild/protobuf";
import {
  GetIngestionStatusRequestSchema,
  GetIngestionStatusResponse_OnlineGap_Reason as Reason,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import {
  type ApplyOptions,
  InMemoryOnlineStore,
  type OnlineGap,
  type OnlineKey,
  type OnlineStore,
  type OnlineWrite,
} from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Applier } from "./applier.ts";
import { ingestionStatus } from "./ingestion-status.ts";
import { IngestionWorld, startUs } from "./ingestion-world.testdata.ts";

const unavailable = () => new FeatureStoreError("STORE_UNAVAILABLE", "Cannot reach the store");

/** A store that a test takes away. */
class FrailStore implements OnlineStore {
  readonly engine = "memory";
  readonly expiresPhysically = true;
  readonly #clock: Clock;
  #now: InMemoryOnlineStore;
  isDown = false;
  /** Writes go through, and their answers are lost. */
  losesAnswers = false;
  isSafe = true;
  /** Another value: it was restarted. */
  run = "first";

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#now = new InMemoryOnlineStore(clock);
  }

  forget(): void {
    this.#now = new InMemoryOnlineStore(this.#clock);
  }

  async #up<T>(call: () => Promise<T>): Promise<T> {
    if (this.isDown) throw unavailable();
    return call();
  }

  read = (keys: readonly OnlineKey[]) => this.#up(() => this.#now.read(keys));
  async apply(writes: readonly OnlineWrite[], options?: ApplyOptions) {
    const outcomes = await this.#up(() => this.#now.apply(writes, options));
    if (this.losesAnswers && writes.length > 0) throw unavailable();
    return outcomes;
  }
  watermarks = () => this.#up(() => this.#now.watermarks());
  runId = () => this.#up(async () => this.run);
  collectGarbage = (viewId: number, beforeUs: bigint) => this.#now.collectGarbage(viewId, beforeUs);
  remove = (keys: readonly OnlineKey[]) => this.#now.remove(keys);
  removalFence = () => this.#up(() => this.#now.removalFence());
  check = () =>
    this.#up(async () => {
      if (!this.isSafe) throw new FeatureStoreError("STORE_MISCONFIGURED", "Cannot use this store");
    });
  close = () => this.#now.close();
}

const row = (departures: bigint, eventTimeUs = startUs) => ({
  featureView: "airport_hourly",
  rows: [
    {
      keys: { airport: { kind: { case: "stringValue" as const, value: "SEA" } } },
      features: { departures: { kind: { case: "int64Value" as const, value: departures } } },
      eventTimeUs,
    },
  ],
});

describe("outages of the online store (semantics 6)", () => {
  let world: IngestionWorld;
  let store: FrailStore;
  beforeEach(async () => {
    const plain = await IngestionWorld.create();
    store = new FrailStore(plain.clock);
    world = plain.withStore(store);
    world.applier.start();
    await world.until(() => world.applier.leases().length === 64);
    await world.clock.advance(60_000);
  });
  afterEach(() => world.close());

  const gaps = () => world.deps.offlineCatalog.onlineGaps();
  const isOpen = async () => (await gaps()).some(({ toUs }) => toUs === undefined);
  const isOver = async () => (await gaps()).length > 0 && !(await isOpen());
  const seen = async () => (await world.read("airport_hourly", "SEA"))?.values[0];

  async function stop(): Promise<void> {
    const stopped = world.applier.stop();
    await world.clock.advance(1_000);
    await stopped;
  }

  function restart(): void {
    world.applier = new Applier(world.deps);
    world.applier.start();
  }

  /** The one gap: it began within a renewal of leases before the instant, and ended in the second after the other one. */
  async function expectOneGap(reason: OnlineGap["reason"], fromUs: bigint, toUs: bigint): Promise<void> {
    const [gap, ...others] = await gaps();
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ store: "memory", reason });
    expect(gap!.fromUs <= fromUs && gap!.fromUs >= fromUs - 5_300_000n).toBe(true);
    expect(gap!.toUs! >= toUs && gap!.toUs! <= toUs + 10_000_000n).toBe(true);
  }

  it("none is recorded while the store answers, nor for a restart of ingestion", async () => {
    await world.push(row(1n));
    await world.clock.advance(60_000);
    await stop();
    await world.clock.advance(60_000);
    restart();
    await world.clock.advance(60_000);
    expect(await gaps()).toEqual([]);
  });

  it("one lasts from before the store stopped to answer until the log is applied again", async () => {
    const fromUs = world.clock.nowUs();
    store.isDown = true;
    await world.until(isOpen);
    await world.push(row(2n));
    await world.clock.advance(30_000);
    const toUs = world.clock.nowUs();
    store.isDown = false;
    await world.until(isOver);
    expect(await seen()).toBe(2n);
    await expectOneGap("UNREACHABLE", fromUs, toUs);
  });

  it("one begins where the answer to a batch was lost, because its rows may have been read", async () => {
    await world.clock.advance(3_000);
    const fromUs = world.clock.nowUs();
    store.losesAnswers = true;
    await world.push(row(3n));
    await world.clock.advance(100);
    expect(await seen()).toBe(3n);
    store.losesAnswers = false;
    store.forget();
    const toUs = world.clock.nowUs();
    await world.until(isOver);
    expect(await seen()).toBe(3n);
    const [stamped] = (await world.deps.ingestLog.read(await partition(), 0n, 10)).slice(-1);
    await expectOneGap("UNREACHABLE", fromUs, toUs);
    expect((await gaps())[0]!.toUs! >= stamped!.availableTimeUs!).toBe(true);
  });

  it("one says that the store lost its data, and ends when everything is there again", async () => {
    await world.push(row(4n));
    await world.until(async () => (await seen()) === 4n);
    await world.clock.advance(20_000);
    const fromUs = world.clock.nowUs();
    store.forget();
    await world.until(isOver);
    expect(await seen()).toBe(4n);
    await expectOneGap("LOST_DATA", fromUs, fromUs);
  });

  it("one says that the store was restarted, also where that was too fast to be missed", async () => {
    const fromUs = world.clock.nowUs();
    store.run = "second";
    await world.until(isOver);
    await expectOneGap("RESTARTED", fromUs, fromUs);
  });

  it("one begins when the store was last seen, where it was restarted while no ingestion ran", async () => {
    const fromUs = world.clock.nowUs();
    await stop();
    store.run = "second";
    await world.clock.advance(3_600_000);
    const toUs = world.clock.nowUs();
    restart();
    await world.until(isOver);
    await expectOneGap("RESTARTED", fromUs, toUs);
  });

  it("one that was open when ingestion was killed is ended by the next start", async () => {
    const fromUs = world.clock.nowUs();
    store.isDown = true;
    await world.until(isOpen);
    await stop();
    await world.clock.advance(3_600_000);
    store.isDown = false;
    const toUs = world.clock.nowUs();
    restart();
    await world.until(isOver);
    await expectOneGap("UNREACHABLE", fromUs, toUs);
  });

  it("one is one, however many processes notice it", async () => {
    const other = new Applier({ ...world.deps });
    other.start();
    const fromUs = world.clock.nowUs();
    store.isDown = true;
    await world.clock.advance(20_000);
    store.isDown = false;
    const toUs = world.clock.nowUs();
    await world.clock.advance(20_000);
    await expectOneGap("UNREACHABLE", fromUs, toUs);
    const stopped = other.stop();
    await world.clock.advance(1_000);
    await stopped;
  });

  it("one lasts while the store may drop rows by itself", async () => {
    const fromUs = world.clock.nowUs();
    store.isSafe = false;
    await world.clock.advance(20_000);
    await world.push(row(5n));
    await world.until(async () => (await seen()) === 5n);
    expect(await isOpen()).toBe(true);
    store.isSafe = true;
    const toUs = world.clock.nowUs();
    await world.until(isOver);
    await expectOneGap("MISCONFIGURED", fromUs, toUs);
  });

  // The stamp was in the store alone, and expired there: the next process took the time of its own start for it.
  it("one covers a row that expired before its stamp was recorded", async () => {
    await stop();
    const view = world.view("airport_hourly");
    const settings = { ...world.deps.settings, expiry: "physical" as const, graceUs: 0n };
    const life = { isOver: false };
    const ingestLog = new Proxy(world.deps.ingestLog, {
      get:
        (log, name) =>
        (...args: unknown[]) =>
          life.isOver
            ? new Promise(() => undefined)
            : (Reflect.get(log, name) as (...args: unknown[]) => unknown).apply(log, args),
    });
    const apply = store.apply.bind(store);
    store.apply = async (writes, options) => {
      if (writes.length > 0) life.isOver = true;
      return apply(writes, options);
    };
    const killed = new Applier({ ...world.deps, ingestLog, settings });
    killed.start();
    await world.until(() => killed.leases().length === 64);
    const fromUs = world.clock.nowUs();
    await world.push(row(1n, fromUs));
    await world.until(async () => (await seen()) === 1n);
    store.apply = apply;
    await world.clock.advance(Number(view.ttlUs / 1000n) + 60_000);
    expect(await seen()).toBeUndefined();
    world.applier = new Applier({ ...world.deps, settings });
    world.applier.start();
    await world.until(isOver);
    await expectOneGap("LOST_DATA", fromUs, world.clock.nowUs() - 1_000_000n);
  });

  it("the status shows them, the latest first", async () => {
    for (const run of ["second", "third"]) {
      store.run = run;
      await world.until(isOpen);
      await world.until(isOver);
      await world.clock.advance(30_000);
    }
    store.isDown = true;
    await world.until(isOpen);
    const { onlineGaps, onlineAvailable } = await ingestionStatus(
      world.deps,
      create(GetIngestionStatusRequestSchema, { project: "default" }),
    );
    expect(onlineAvailable).toBe(false);
    expect(onlineGaps.map(({ reason, toUs }) => [reason, toUs === undefined])).toEqual([
      [Reason.UNREACHABLE, true],
      [Reason.RESTARTED, false],
      [Reason.RESTARTED, false],
    ]);
    expect(onlineGaps[1]!.fromUs > onlineGaps[2]!.toUs!).toBe(true);
  });

  it("seconds of it are counted", async () => {
    let seconds = 0;
    await stop();
    const metrics = {
      countGap: (more: number) => (seconds += more),
      countViolation: () => undefined,
      violationsOf: () => new Map<string, number>(),
    };
    world.applier = new Applier({ ...world.deps, metrics });
    world.applier.start();
    await world.clock.advance(30_000);
    store.isDown = true;
    await world.clock.advance(20_000);
    store.isDown = false;
    await world.until(isOver);
    const [gap] = await gaps();
    expect(seconds).toBeCloseTo(Number(gap!.toUs! - gap!.fromUs) / 1e6, 6);
  });

  async function partition(): Promise<number> {
    return (await world.deps.ingestLog.progress()).find(({ head }) => head > 0n)!.partition;
  }
});
