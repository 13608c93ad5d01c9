import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createTimewellClient, type AnswerValue, type TimewellClient } from "@timewell/client";
import { collectDefinitions } from "@timewell/define";
import { startKafka } from "@timewell/setup";
import { formatInstant } from "../instants.ts";
import { project } from "../project.ts";
import { startEmbedded } from "../start-embedded.ts";
import { untilFollowed } from "../until-followed.ts";
import * as features from "./features.ts";
import { lastWeek, type Flight } from "./last-week.ts";
import { naiveWindows, naiveWindowsAt } from "./naive-windows.ts";
import { DeparturesTopic, wrongRecords } from "./topic.ts";

/** How to run the example. */
export interface StreamOptions {
  /** Folder for the state of the deployment, which is removed first. */
  readonly outDirectory: string;
  /** Tells how far it is. */
  readonly say: (line: string) => void;
  /** Monotonic clock, ms. */
  readonly nowMs: () => number;
}

/** What came of it. */
export interface StreamSummary {
  readonly flights: number;
  /** Instants at which all airports were read, and answers that were compared. */
  readonly instants: number;
  readonly answers: number;
  /** One line for each answer that differs, for people. */
  readonly differences: readonly string[];
  /** Reasons for which records are in quarantine. */
  readonly quarantined: readonly string[];
}

const dayUs = 86_400_000_000n;
const readableWithinMs = 120_000;
const number = new Intl.NumberFormat("en-US");

/**
 * Streams the last week of flights through Kafka into windows of one hour and one day, a day at a time; after each it reads the windows of all
 * airports and compares them with a loop over the flights. Records that nobody can use must all be in quarantine. Ends every process that it
 * starts.
 */
export async function runStream(options: StreamOptions): Promise<StreamSummary> {
  const { say } = options;
  const stateDirectory = join(options.outDirectory, "stream-state");
  await rm(stateDirectory, { recursive: true, force: true });
  await mkdir(stateDirectory, { recursive: true });
  await using started = new AsyncDisposableStack();
  const kafka = await startKafka();
  started.defer(() => kafka.stop());
  const topic = await DeparturesTopic.create(kafka.brokers);
  started.defer(() => topic.close());
  const deployment = await startEmbedded({
    stateDirectory,
    dataRoot: stateDirectory,
    flags: ["--kafka-brokers", kafka.brokers],
  });
  started.defer(() => deployment.stop());
  const client = createTimewellClient(deployment);
  started.defer(() => client.close());
  say(`Started   ${deployment.description}, and a Kafka broker`);
  const { version } = await client.registry.apply({ project, definitions: collectDefinitions(features) });
  await untilFollowed(client, version);

  const flights = await lastWeek();
  const byAirport = Map.groupBy(flights, ({ origin }) => origin);
  await topic.writeWrong();
  const differences: string[] = [];
  const days = daysOf(flights);
  let streamed = 0;
  let answers = 0;
  for (const day of days) {
    const startedMs = options.nowMs();
    await topic.write(day);
    streamed += day.length;
    await untilReadable(client, streamed);
    const seconds = (options.nowMs() - startedMs) / 1000;
    const atUs = day.at(-1)!.leftUs;
    const found = await compareAll(client, byAirport, atUs);
    answers += found.answers;
    differences.push(...found.differences);
    say(
      `Streamed  ${number.format(day.length)} flights in ${seconds.toFixed(1)} s; windows of ${byAirport.size} airports as of ${formatInstant(atUs)}: ${found.differences.length} of ${number.format(found.answers)} values differ`,
    );
  }
  say(`Served    ${await look(client, days.at(-1)!.at(-1)!.leftUs)}`);
  const { rows } = await client.ingestion.listQuarantine({ project });
  for (const { kind, message } of rows) say(`Refused   ${kind}: ${message}`);
  say(`${rows.length} of ${wrongRecords.length} wrong records are in quarantine`);
  return {
    flights: streamed,
    instants: days.length,
    answers,
    differences,
    quarantined: rows.map(({ kind }) => kind).sort(),
  };
}

function daysOf(flights: readonly Flight[]): Flight[][] {
  return [...Map.groupBy(flights, ({ leftUs }) => leftUs / dayUs).values()];
}

async function untilReadable(client: TimewellClient, events: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < readableWithinMs; waitedMs += 100) {
    const { views } = await client.ingestion.getIngestionStatus({ project });
    const applied = views.find(({ view }) => view === features.airportDepartures.name)?.appliedRows ?? 0n;
    if (applied >= BigInt(events)) return;
    await sleep(100);
  }
  throw new Error(`Cannot go on: ${events} events could not be read within ${readableWithinMs / 1000} s`);
}

async function compareAll(
  client: TimewellClient,
  byAirport: ReadonlyMap<string, readonly Flight[]>,
  atUs: bigint,
): Promise<{ readonly answers: number; readonly differences: readonly string[] }> {
  const airports = [...byAirport.keys()];
  const { rows } = await client.getOnlineFeatures({
    project,
    features: [`${features.airportDepartures.name}:*`],
    rows: airports.map((airport) => ({ airport })),
    asOf: atUs,
  });
  let answers = 0;
  const differences = rows.flatMap(({ values }, i) =>
    Object.entries(naiveWindows).flatMap(([window, span]) => {
      const naive = naiveWindowsAt(byAirport.get(airports[i]!)!, atUs, span);
      const wanted = {
        [`departures_${window}`]: naive.departures,
        [`late_${window}`]: naive.late,
        [`mean_delay_${window}`]: naive.meanDelay,
        [`max_delay_${window}`]: naive.maxDelay,
      };
      return Object.entries(wanted).flatMap(([name, value]) => {
        answers++;
        const read = values[`${features.airportDepartures.name}__${name}`];
        return isEqual(read, value)
          ? []
          : [`${airports[i]}, ${name}: read ${String(read)}, expected ${String(value)}`];
      });
    }),
  );
  return { answers, differences };
}

/** Sums of doubles depend on their order in the last digits. */
function isEqual(read: AnswerValue | undefined, wanted: bigint | number | null): boolean {
  if (typeof read === "number" && typeof wanted === "number")
    return Math.abs(read - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
  return read === wanted;
}

async function look(client: TimewellClient, atUs: bigint): Promise<string> {
  const { rows } = await client.getOnlineFeatures({
    project,
    features: [`${features.airportDepartures.name}:*`],
    rows: [{ airport: "ATL" }],
    asOf: atUs,
  });
  const values = Object.entries(rows[0]?.values ?? {}).map(([name, value]) => {
    const short = name.slice(features.airportDepartures.name.length + 2);
    return `${short} ${typeof value === "number" ? value.toFixed(2) : Array.isArray(value) ? `[${value.join(", ")}]` : String(value)}`;
  });
  return `ATL as of ${formatInstant(atUs)}: ${values.join(", ")}`;
}
