import { createTimewellClient } from "@timewell/client";
import { Redis } from "ioredis";
import type { BenchResult } from "../bench.ts";
import { peakMemory, type PeakMemory } from "../harness/peak-memory.ts";
import type { CoreSetup } from "./core-setup.ts";
import { materializeAll } from "./materialize-rows.ts";
import { readTrainingSet } from "./training-stream.ts";

/** What server and child may take together over DuckDB's limit. */
const overLimitMax = 400 * 2 ** 20;

/** Peak memory of a fresh retrieval server and its child after one training set of a size, and of one ten times as large. */
export function measureTrainingMemory(setup: CoreSetup, name: string): Promise<BenchResult> {
  const run = async (view: string, path: string): Promise<PeakMemory> => {
    const server = await setup.stack.startRetrieval();
    const client = createTimewellClient({ retrievalUrl: server.url });
    try {
      await readTrainingSet(client, view, { path });
      return peakMemory(server.pid);
    } finally {
      client.close();
      await server.stop();
    }
  };
  const small = (): Promise<PeakMemory> => run("history", "labels.parquet");
  return compareSizes(setup, name, small, () => run("history_large", "labels_large.parquet"));
}

/** The same of a fresh ingestion server that materializes. */
export function measureMaterializeMemory(setup: CoreSetup, name: string): Promise<BenchResult> {
  const run = async (view: string): Promise<PeakMemory> => {
    const server = await setup.stack.startIngestion();
    const client = createTimewellClient({ ingestionUrl: server.url });
    const redis = new Redis(setup.stack.redisUrl);
    try {
      await redis.flushall();
      await materializeAll(client, view);
      return peakMemory(server.pid);
    } finally {
      await redis.flushall();
      redis.disconnect();
      client.close();
      await server.stop();
    }
  };
  return compareSizes(
    setup,
    name,
    () => run("rows_medium"),
    () => run("rows_large"),
  );
}

async function compareSizes(
  { memoryLimitBytes, sizes }: CoreSetup,
  name: string,
  small: () => Promise<PeakMemory>,
  large: () => Promise<PeakMemory>,
): Promise<BenchResult> {
  const before = await small();
  const after = await large();
  const mebibytes = (bytes: number): number => bytes / 2 ** 20;
  const figure = {
    name,
    value: mebibytes(after.together),
    unit: "MiB",
    target: mebibytes(memoryLimitBytes + overLimitMax),
    better: "lower" as const,
    ours: `${mebibytes(after.server).toFixed(0)} + ${mebibytes(after.children).toFixed(0)} MiB`,
    peer: `limit ${mebibytes(memoryLimitBytes).toFixed(0)} MiB`,
  };
  const details = [
    { name: `${name}_limit`, value: mebibytes(memoryLimitBytes), unit: "MiB" },
    { name: `${name}_server`, value: mebibytes(after.server), unit: "MiB" },
    { name: `${name}_child`, value: mebibytes(after.children), unit: "MiB" },
    { name: `${name}_server_1x`, value: mebibytes(before.server), unit: "MiB" },
    { name: `${name}_child_1x`, value: mebibytes(before.children), unit: "MiB" },
    { name: `${name}_growth_at_${sizes.growth}x`, value: after.together / before.together, unit: "×" },
  ];
  return { figures: [figure], details };
}
