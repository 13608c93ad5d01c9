import { setTimeout as sleep } from "node:timers/promises";
import { entity, featureService, featureView, int64, kafkaStream } from "@timewell/define";
import { startKafka } from "@timewell/setup";
import { type FailPoint, failPoints } from "@timewell/store-ports";
import path from "node:path";
import { applyTaxi } from "../harness/apply-taxi.ts";
import { expectOffline, onlineDifferences } from "../harness/check-model.ts";
import { collect } from "../harness/collect.ts";
import { nowUs } from "../harness/push-rows.ts";
import { PushModel } from "../harness/push-model.ts";
import type { SeededRandom } from "../harness/seeded-random.ts";
import { type Deployment, startApps } from "../harness/start-apps.ts";
import { project, taxi } from "../harness/taxi.ts";
import { writeParquet } from "../harness/write-parquet.ts";
import { StreamModel, streamTopic } from "./stream-model.ts";

/** What to do. */
export interface IngestionKillsInit {
  /** Kills of the ingestion app at fail points. */
  readonly kills: number;
  /** Kills of Redis and of PostgreSQL under load, of each. */
  readonly storeKills: number;
  readonly random: SeededRandom;
  /** Hears how it goes. */
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface IngestionKillsResult {
  /** How often each fail point ended the process. */
  readonly byPoint: ReadonlyMap<FailPoint, number>;
  readonly redisKills: number;
  readonly postgresKills: number;
  readonly ackedRows: number;
  readonly records: bigint;
}

/** A fail point is armed for one of its first hits. */
const hitsMax = 3;
/** Time for an armed point to be reached, and for everything to be right again after a kill, ms. */
const fireWithinMs = 60_000;
const rightWithinMs = 90_000;
/** Kills between two looks at everything that was acknowledged. */
const killsPerCheck = 5;
const hourUs = 3_600_000_000n;
const lanes = 3;

const driver = entity({ name: "driver", joinKeys: { driver: "int64" } });
const driverStream = featureView({
  name: "driver_stream",
  entity: driver,
  features: { trips: int64() },
  stream: kafkaStream({ topic: streamTopic, format: "json", eventTime: "at" }),
});
const streamedDrivers = featureService({ name: "streamed_drivers", views: [driverStream] });

/**
 * Pushes, streams, backfills and compacts while the ingestion app is killed at its fail points, and Redis and PostgreSQL under load. Throws where an
 * acknowledged row is lost, a row is there twice, or what is online is not what it should be.
 */
export async function runIngestionKills(init: IngestionKillsInit): Promise<IngestionKillsResult> {
  await using started = new AsyncDisposableStack();
  const kafka = await startKafka();
  started.defer(() => kafka.stop());
  const deployment = await startApps({
    engine: "servers",
    flags: {
      ingestion: [
        ...["--flush-interval", "300ms", "--lease", "1s", "--kafka-brokers", kafka.brokers],
        ...["--compact-after", "4", "--segment-grace", "5s"],
      ],
    },
  });
  started.defer(() => deployment.stop());
  const stream = await StreamModel.create(kafka.brokers, init.random, nowUs() - 2n * hourUs);
  started.defer(() => stream.close());
  const run = new IngestionKills(init, deployment, stream);
  await run.prepare();
  return await run.run();
}

class IngestionKills {
  readonly #init: IngestionKillsInit;
  readonly #deployment: Deployment;
  readonly #pushes: PushModel;
  readonly #stream: StreamModel;
  readonly #fromUs = nowUs() - 10n * hourUs;
  readonly #byPoint = new Map<FailPoint, number>();

  constructor(init: IngestionKillsInit, deployment: Deployment, stream: StreamModel) {
    this.#init = init;
    this.#deployment = deployment;
    this.#stream = stream;
    this.#pushes = new PushModel(init.random, nowUs() - 2n * hourUs);
  }

  async prepare(): Promise<void> {
    const { clients, dataRoot } = this.#deployment;
    const zones = `SELECT 'z' || (i % 10) AS zone, make_timestamptz(${this.#fromUs} + (i // 10) * 3600000000) AS at, i AS trips, 1.5::DOUBLE AS mean_fare FROM (SELECT range AS i FROM range(80))`;
    await writeParquet(path.join(dataRoot, "zone_hourly.parquet"), zones);
    await applyTaxi(clients, [...taxi, driverStream, streamedDrivers]);
  }

  async run(): Promise<IngestionKillsResult> {
    const { kills, storeKills, random, say } = this.#init;
    const order = shuffled(kills, random);
    for (const [i, point] of order.entries()) {
      const fired = await this.#killAt(point);
      this.#byPoint.set(point, (this.#byPoint.get(point) ?? 0) + 1);
      say(
        `${i + 1} of ${kills}: ${fired}; ${this.#pushes.ackedRows} rows acknowledged, ${this.#stream.records} records`,
      );
      if ((i + 1) % killsPerCheck === 0) await this.#expectRight();
    }
    for (let i = 0; i < storeKills; i++) await this.#killStores(i);
    await this.#expectRight();
    await expectOffline(this.#deployment.clients, this.#pushes);
    const { ackedRows } = this.#pushes;
    const { records } = this.#stream;
    return { byPoint: this.#byPoint, redisKills: storeKills, postgresKills: storeKills, ackedRows, records };
  }

  /** Starts the app with the point armed, and loads it until that has ended it. */
  async #killAt(point: FailPoint): Promise<string> {
    const { ingestion } = this.#deployment.apps;
    for (const hit of [1 + this.#init.random.below(hitsMax), 1]) {
      await ingestion.kill();
      ingestion.launch({ TIMEWELL_FAIL_POINTS: `${point}:${hit}` });
      const isOver = await this.#loadUntil(() => !ingestion.isRunning, fireWithinMs);
      const words = `fail point ${point}:${hit} fired`;
      if (isOver && ingestion.log().includes(words)) return words;
      if (isOver) throw new Error(`the app ended by itself:\n${ingestion.log().slice(-2_000)}`);
    }
    throw new Error(`fail point ${point} did not fire within ${fireWithinMs} ms`);
  }

  async #killStores(round: number): Promise<void> {
    const { redis, postgres, apps } = this.#deployment;
    if (!apps.ingestion.isRunning) await apps.ingestion.start();
    for (const [name, server] of Object.entries({ redis, postgres })) {
      await this.#loadFor(1_000);
      const load = this.#loadFor(3_000);
      await server.kill();
      await sleep(500);
      await server.restart();
      await load;
      this.#init.say(`${name} killed for the ${round + 1}. time`);
      await this.#expectRight();
    }
  }

  #loadFor(ms: number): Promise<boolean> {
    return this.#loadUntil(() => false, ms);
  }

  /** Everything at once; what fails while the app is away is tried again. False where time was over first. */
  async #loadUntil(isOver: () => boolean, withinMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    const goesOn = () => !isOver() && performance.now() < deadlineMs;
    const repeat = async (work: () => Promise<unknown>, pauseMs: number): Promise<void> => {
      while (goesOn()) {
        await work().catch(() => undefined);
        await sleep(pauseMs);
      }
    };
    const pushing = Array.from({ length: lanes }, () =>
      repeat(async () => {
        if ((await this.#pushes.push(this.#deployment.clients)) !== "acked") await sleep(100);
      }, 5),
    );
    await Promise.all([
      ...pushing,
      repeat(() => this.#stream.write(), 50),
      repeat(() => this.#backfill(), 300),
      repeat(() => this.#compact(), 300),
    ]);
    return isOver();
  }

  async #backfill(): Promise<void> {
    const range = {
      fromUs: this.#fromUs,
      toUs: this.#fromUs + 8n * hourUs,
      chunkMs: 3_600_000n,
      again: true,
    };
    const { ingestion } = this.#deployment.clients;
    await collect(
      ingestion.backfill({ project, featureView: "zone_hourly", ...range }, { timeoutMs: 20_000 }),
    );
  }

  async #compact(): Promise<void> {
    const { ingestion } = this.#deployment.clients;
    await collect(ingestion.compactSegments({ project }, { timeoutMs: 20_000 }));
  }

  /** With the app as it is without fail points: every acknowledged row is there, once, and online is what it should be. */
  async #expectRight(): Promise<void> {
    const { apps, clients } = this.#deployment;
    await apps.ingestion.kill();
    await apps.ingestion.start();
    const deadlineMs = performance.now() + rightWithinMs;
    for (let problems: readonly string[] = ["not looked yet"]; problems.length > 0;) {
      if (performance.now() > deadlineMs) throw new Error(`still wrong: ${problems.slice(0, 10).join("; ")}`);
      await sleep(200);
      problems = await this.#problems().catch((error: unknown) => [String(error)]);
    }
    await clients.ingestion.getIngestionStatus({ project });
  }

  async #problems(): Promise<string[]> {
    const { clients } = this.#deployment;
    await this.#pushes.settle(clients);
    const online = await onlineDifferences(clients, this.#pushes);
    const { views } = await clients.ingestion.getIngestionStatus({ project });
    const rows = views.find(({ view }) => view === "driver_live");
    const expected = BigInt(this.#pushes.ackedRows);
    const pushed =
      rows?.logRows === expected && rows.segmentRows === expected
        ? []
        : [`of ${expected} rows the log has ${rows?.logRows}, in segments ${rows?.segmentRows}`];
    return [...online, ...pushed, ...(await this.#stream.differences(clients))];
  }
}

/** All fail points but those of erases, which nobody asks for here, in turn; each turn in another order. */
function shuffled(count: number, random: SeededRandom): FailPoint[] {
  const order: FailPoint[] = [];
  while (order.length < count) {
    const turn = failPoints.filter((name) => !name.startsWith("erase."));
    while (turn.length > 0) order.push(...turn.splice(random.below(turn.length), 1));
  }
  return order.slice(0, count);
}
