import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTimewellClient, type AnswerValue, type TimewellClient } from "@timewell/client";
import { collectDefinitions } from "@timewell/define";
import { compareTraining } from "./compare-training.ts";
import { dataFiles } from "./data-files.ts";
import type { Deployment, DeploymentOptions } from "./deployment.ts";
import * as features from "./features.ts";
import { firstLookUs, formatInstant } from "./instants.ts";
import { Materializer } from "./materializer.ts";
import { readNaiveViews, type NaiveViews } from "./naive-views.ts";
import { prepareData } from "./prepare.ts";
import { project } from "./project.ts";
import { proveInstants } from "./prove-instants.ts";
import { pullTrainingSet } from "./pull-training-set.ts";
import { seededRandom } from "./random.ts";
import { readParquetRows } from "./read-parquet-rows.ts";
import { sumStatuses, type Summary } from "./summary.ts";
import { untilFollowed } from "./until-followed.ts";

/** How to run the example. */
export interface QuickstartOptions {
  /** Name of the deployment, for the summary. */
  readonly deployment: string;
  /** Starts it. */
  readonly start: (options: DeploymentOptions) => Promise<Deployment>;
  /** Folder for the prepared files. */
  readonly dataDirectory: string;
  /** Folder for `training.parquet`, `summary.json` and the state of the deployment, which is removed first. */
  readonly outDirectory: string;
  /** Alter one online row, to see that the proof notices. */
  readonly breakOne: boolean;
  /** Tells how far it is. */
  readonly say: (line: string) => void;
  /** Monotonic clock, ms. */
  readonly nowMs: () => number;
}

/** Rows of the training set whose features the quickstart compares; the tests compare all. */
const rowsCompared = 2_000;

const number = new Intl.NumberFormat("en-US");

/** Runs the example from the flight table to the proof, and writes `summary.json`. Ends every process that it starts. */
export async function runQuickstart(options: QuickstartOptions): Promise<Summary> {
  const { say, outDirectory, dataDirectory } = options;
  const startedMs = options.nowMs();
  const { written } = await prepareData(dataDirectory);
  say(`Prepared  ${Object.values(dataFiles).join(", ")}${written ? "" : " (they were there)"}`);

  const stateDirectory = join(outDirectory, "quickstart-state");
  // What an earlier run left must not be taken for the result of this one.
  for (const name of [
    stateDirectory,
    join(outDirectory, "training.parquet"),
    join(outDirectory, "summary.json"),
  ]) {
    await rm(name, { recursive: true, force: true });
  }
  await mkdir(stateDirectory, { recursive: true });
  const deployment = await options.start({ stateDirectory, dataRoot: dataDirectory });
  const client = createTimewellClient(deployment);
  try {
    say(`Started   ${deployment.description}`);
    const steps = await runSteps(options, client);
    const summary = { ...steps, seconds: seconds(options.nowMs() - startedMs) };
    await writeFile(join(outDirectory, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  } finally {
    client.close();
    await deployment.stop();
  }
}

async function runSteps(
  options: QuickstartOptions,
  client: TimewellClient,
): Promise<Omit<Summary, "seconds">> {
  const { say } = options;
  const { version, changes } = await client.registry.apply({
    project,
    definitions: collectDefinitions(features),
  });
  say(
    `Applied   ${changes.map((change) => change.name).join(", ")} (version ${version} of project ${project})`,
  );
  await untilFollowed(client, version);

  const views = await readNaiveViews(options.dataDirectory);
  const materializer = new Materializer(client);
  const rowsMaterialized = await materializer.upTo(firstLookUs);
  say(
    `Filled    the online store with ${number.format(rowsMaterialized)} rows, up to ${formatInstant(firstLookUs)}`,
  );
  say(`Served    ${await firstLook(client)}`);

  const training = await trainAndCompare(options, client, views);
  const { differences: trainingDifferences, ...trainingFigures } = training;
  const proof = await proveInstants({ client, materializer, views, breakOne: options.breakOne });
  const differences = [...trainingDifferences, ...proof.differences];
  return {
    deployment: options.deployment,
    training: { ...trainingFigures, differences: trainingDifferences.length },
    instants: proof.instants,
    statuses: sumStatuses(proof.instants.map((instant) => instant.statuses)),
    broken: proof.broken,
    differences: differences.length,
    firstDifferences: differences.slice(0, 20),
  };
}

async function trainAndCompare(options: QuickstartOptions, client: TimewellClient, views: NaiveViews) {
  const path = join(options.outDirectory, "training.parquet");
  const startedMs = options.nowMs();
  const { rows, statuses } = await pullTrainingSet(client, path);
  const trainingSeconds = seconds(options.nowMs() - startedMs);
  const training = await readParquetRows(path);
  const columns = Object.keys(training[0] ?? {});
  options.say(
    `Trained   ${number.format(rows)} rows of ${columns.length} columns in ${trainingSeconds} s: ${path}`,
  );

  const labels = await readParquetRows(join(options.dataDirectory, dataFiles.labels));
  const random = seededRandom(1);
  const featureRows = Array.from({ length: rowsCompared }, () => Math.floor(random() * labels.length));
  const differences = compareTraining({ labels, training, featureRows }, views);
  return { path, rows, columns, seconds: trainingSeconds, statuses, rowsCompared, differences };
}

/** Reads one flight online, as a model server would, and tells what came. */
async function firstLook(client: TimewellClient): Promise<string> {
  const flight = { origin: "ATL", destination: "LGA" };
  const { rows } = await client.getOnlineFeatures({
    project,
    service: features.delayV1.name,
    rows: [flight],
    asOf: firstLookUs,
  });
  const values = Object.entries(rows[0]?.values ?? {}).map(([name, value]) => `${name} ${shortValue(value)}`);
  return `${flight.origin} to ${flight.destination} then: ${values.join(", ")}`;
}

function shortValue(value: AnswerValue): string {
  return typeof value === "number" ? value.toFixed(2) : String(value);
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
