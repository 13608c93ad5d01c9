import { createHash } from "node:crypto";
import path from "node:path";
import { createTimewellClient, type LabelsInit, type TimewellClient } from "@timewell/client";
import { applyTaxi } from "../harness/apply-taxi.ts";
import { labelsToArrow, timeColumn } from "../harness/label-rows.ts";
import { nowUs, pushRows } from "../harness/push-rows.ts";
import type { SeededRandom } from "../harness/seeded-random.ts";
import { type Deployment, startApps } from "../harness/start-apps.ts";
import { project } from "../harness/taxi.ts";
import { writeParquet } from "../harness/write-parquet.ts";
import { CuttingProxy } from "./cutting-proxy.ts";

/** What to do. */
export interface TrainingKillsInit {
  /** Kills in all, of clients' connections and of the server in turn. */
  readonly kills: number;
  readonly random: SeededRandom;
  /** Hears how it goes. */
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface TrainingKillsResult {
  readonly streams: number;
  readonly connectionKills: number;
  readonly serverKills: number;
}

const labelRows = 300_000;
const killsPerStreamMax = 4;
const drivers = 200;

/** A training set, read to its end. */
interface WholeStream {
  readonly digest: string;
  readonly bytesHash: string;
  /** Through the network, both ways. */
  readonly networkBytes: number;
}

/**
 * Reads training sets through a proxy that cuts the connection, or has the server killed and started again, after random bytes. Throws
 * where a stream, after it went on by itself, differs in a byte or in its digest from one that nothing happened to.
 */
export async function runTrainingKills({
  kills,
  random,
  say,
}: TrainingKillsInit): Promise<TrainingKillsResult> {
  const deployment = await startApps({ engine: "embedded" });
  const proxy = await CuttingProxy.open(Number(new URL(deployment.urls.retrieval).port));
  const client = createTimewellClient({ retrievalUrl: proxy.url });
  try {
    const variants = await prepare(deployment);
    const expected = new Map<LabelsInit, WholeStream>();
    for (const labels of variants) expected.set(labels, await read(client, proxy, labels));
    const result = { streams: 0, connectionKills: 0, serverKills: 0 };
    while (result.connectionKills + result.serverKills < kills) {
      const labels = random.pick(variants);
      const whole = expected.get(labels)!;
      const left = kills - result.connectionKills - result.serverKills;
      const killer = new Killer(deployment, proxy, random, {
        kills: Math.min(left, 1 + random.below(killsPerStreamMax)),
        networkBytes: whole.networkBytes,
      });
      killer.planNext();
      const got = await read(client, proxy, labels);
      await killer.settled();
      if (got.digest !== whole.digest || got.bytesHash !== whole.bytesHash)
        throw new Error(
          `A training set differs after ${killer.told}: digest ${got.digest}, expected ${whole.digest}`,
        );
      result.streams++;
      result.connectionKills += killer.connectionKills;
      result.serverKills += killer.serverKills;
      say(`${result.connectionKills + result.serverKills} of ${kills} kills: ${killer.told}`);
    }
    return result;
  } finally {
    client.close();
    await proxy.close();
    await deployment.stop();
  }
}

/** Definitions, rows and labels; the labels are a file of the server, or sent along. */
async function prepare(deployment: Deployment): Promise<readonly LabelsInit[]> {
  const { clients, dataRoot } = deployment;
  await applyTaxi(clients);
  const now = nowUs();
  for (let age = 3n; age > 0n; age--)
    await pushRows(
      clients,
      "driver_live",
      Array.from({ length: drivers }, (_, i) => ({
        keys: { driver: BigInt(i) },
        eventTimeUs: now - age * 1_000_000n,
        features: { trips: BigInt(i) * age, note: `driver ${i}` },
      })),
    );
  const doubles = Array.from({ length: 3 }, (_, i) => `${i} + i::DOUBLE / 7 AS y${i}`).join(", ");
  const query = `SELECT i AS n, (i % ${2 * drivers})::BIGINT AS driver, make_timestamptz(${now} - (i % 5) * 700000) AS ${timeColumn}, ${doubles} FROM range(${labelRows}) r(i)`;
  await writeParquet(path.join(dataRoot, "kill-labels.parquet"), query);
  const sent = Array.from({ length: labelRows / 2 }, (_, i) => ({
    driver: BigInt(i % (2 * drivers)),
    [timeColumn]: now - BigInt(i % 5) * 700_000n,
    y: i / 3,
  }));
  return [{ path: "kill-labels.parquet" }, { arrow: labelsToArrow(sent, 50_000) }];
}

async function read(client: TimewellClient, proxy: CuttingProxy, labels: LabelsInit): Promise<WholeStream> {
  proxy.takeBytes();
  const set = await client.trainingSet({ project, service: "driver_v1", mode: "EVENT_TIME", labels });
  const hash = createHash("sha256");
  for await (const bytes of set) hash.update(bytes);
  const { digest } = await set.receipt;
  return { digest, bytesHash: hash.digest("hex"), networkBytes: proxy.takeBytes() };
}

/** Kills one thing after another while a stream is under way. */
class Killer {
  connectionKills = 0;
  serverKills = 0;
  readonly #deployment: Deployment;
  readonly #proxy: CuttingProxy;
  readonly #random: SeededRandom;
  readonly #init: { readonly kills: number; readonly networkBytes: number };
  readonly #lines: string[] = [];
  #restart: Promise<unknown> = Promise.resolve();

  constructor(
    deployment: Deployment,
    proxy: CuttingProxy,
    random: SeededRandom,
    init: { readonly kills: number; readonly networkBytes: number },
  ) {
    this.#deployment = deployment;
    this.#proxy = proxy;
    this.#random = random;
    this.#init = init;
  }

  /** What was killed, and where. */
  get told(): string {
    return this.#lines.join(", ");
  }

  /** Every byte of what is left of a stream may be the last one. */
  planNext(): void {
    const done = this.connectionKills + this.serverKills;
    if (done >= this.#init.kills) return this.#proxy.plan(undefined);
    const afterBytes = 1 + this.#random.below(Math.ceil(this.#init.networkBytes / (done + 1)));
    const isServer = this.#random.below(2) === 0;
    this.#proxy.plan({ afterBytes, cut: () => this.#kill(isServer, afterBytes) });
  }

  /** Resolves when the server runs; a cut that was planned and did not come is given up. */
  async settled(): Promise<void> {
    this.#proxy.plan(undefined);
    await this.#restart;
  }

  #kill(isServer: boolean, afterBytes: number): void {
    this.#lines.push(`${isServer ? "server" : "connection"} after ${afterBytes} bytes`);
    if (isServer) {
      this.serverKills++;
      const app = this.#deployment.apps.retrieval;
      this.#restart = app.kill().then(() => app.start());
      this.#proxy.downUntil(this.#restart);
    } else this.connectionKills++;
    this.#proxy.cut();
    this.planNext();
  }
}
