import path from "node:path";
import {
  feastDuckdbPythonPackages,
  pythonEnvironment,
  repoRoot,
  trainingPythonPackages,
} from "@timewell/setup";
import type { BenchContext } from "../../bench.ts";
import { cachedFixtures } from "../../fixtures/cached-fixtures.ts";
import { featureNames } from "../../fixtures/history-sql.ts";
import { rideLabelsSql, rideSql } from "../../fixtures/ride-sql.ts";
import { rideTtlUs, trainingDefinitions } from "../../fixtures/training-definitions.ts";
import { PythonWorker } from "../../harness/python-worker.ts";
import { startStack, type Stack } from "../../harness/start-stack.ts";
import { memoryLimitMiB } from "./figures.ts";
import type { JoinSize, TrainingSizes } from "./training-sizes.ts";

/** Threads of every side. */
export const threads = 2;

const peersFolder = path.join(import.meta.dirname, "../../peers/training");

/** Sides of the bench, each a module beside the peers' `worker.py`. */
export type TrainingSide = "join_timewell" | "join_duckdb" | "join_polars" | "join_feast" | "read_flight";

/** What all parts of the bench stand on. */
export interface TrainingWorld {
  readonly context: BenchContext;
  readonly sizes: TrainingSizes;
  readonly stack: Stack;
  /** Folder of the source and label files. */
  readonly files: string;
  /** Folder for everything else. */
  readonly folder: string;
  /** Python with the client's dependencies and the peers; the one with Feast. */
  readonly python: string;
  /** Why figures are not there: peers that failed. */
  readonly failures: string[];
  /** Starts a side in a process of its own. */
  startSide(side: TrainingSide): Promise<PythonWorker>;
}

/** Writes the files where they are not there yet, installs the peers, and starts the stack. */
export async function startTrainingWorld(
  context: BenchContext,
  sizes: TrainingSizes,
  folder: string,
): Promise<TrainingWorld> {
  const files = await cachedFixtures(trainingFiles(sizes), context.say);
  context.say("Installing the peers, where they are not there yet");
  const python = await pythonEnvironment(trainingPythonPackages);
  const stack = await startStack({
    definitions: trainingDefinitions,
    folder,
    dataRoot: files,
    memoryLimitBytes: memoryLimitMiB * 2 ** 20,
    threads,
    profileFolder: context.profileFolder,
  });
  const startSide = async (side: TrainingSide): Promise<PythonWorker> => {
    const isFeast = side === "join_feast";
    const program = isFeast ? await pythonEnvironment(feastDuckdbPythonPackages) : python;
    return new PythonWorker(program, [path.join(peersFolder, "worker.py"), side], peerEnvironment);
  };
  return { context, sizes, stack, files, folder, python, failures: [], startSide };
}

/** Path of a program among the peers. */
export function peerProgram(name: string): string {
  return path.join(peersFolder, name);
}

/** Environment of the Python programs: as many threads for each, and our client from its sources. */
export const peerEnvironment: Readonly<Record<string, string>> = {
  POLARS_MAX_THREADS: String(threads),
  DASK_NUM_WORKERS: String(threads),
  OMP_NUM_THREADS: String(threads),
  PYTHONPATH: path.join(repoRoot, "python/timewell/src"),
};

/** What every side of a join is asked. */
export function joinQuestion({ files, folder }: TrainingWorld, { service, name }: JoinSize) {
  return {
    do: "run",
    labels: path.join(files, `labels_${name}.parquet`),
    history: path.join(files, `rides_${service}.parquet`),
    features: featureNames,
    ttlUs: Number(rideTtlUs),
    threads,
    memoryLimitBytes: memoryLimitMiB * 2 ** 20,
    tempDirectory: path.join(folder, "spill-of-the-peers"),
  };
}

function trainingFiles({ joins, most }: TrainingSizes) {
  return [
    ...joins.map(({ service, historyRows, keys }) => ({
      name: `rides_${service}.parquet`,
      sql: rideSql(historyRows, keys),
    })),
    ...[...joins, most].map(({ name, labels, keys }) => ({
      name: `labels_${name}.parquet`,
      sql: rideLabelsSql(labels, keys),
    })),
  ];
}
