import path from "node:path";
import { createTimewellClient, type TimewellClient } from "@timewell/client";
import { Redis } from "ioredis";
import type { BenchResult, Detail } from "../../bench.ts";
import { project } from "../../fixtures/definitions.ts";
import { featureNames, spanUs, startUs } from "../../fixtures/history-sql.ts";
import { peakMemory } from "../../harness/peak-memory.ts";
import type { PythonWorker } from "../../harness/python-worker.ts";
import { runRounds } from "../../harness/round-robin.ts";
import { materializeAll } from "../materialize-rows.ts";
import { ingestionFigures } from "./figures.ts";
import { type IngestionWorld, startFeast } from "./ingestion-world.ts";

/** Entities whose values are compared. */
const comparedEntities = 200;
const feastTimeoutMs = 30 * 60_000;

/** What the ingestion server held at most, bytes, by size of the source. */
const peaksBySize = new Map<string, number>();

/** Times Materialize against Feast's into the same Redis, which is emptied before each run, and compares what can be read then. */
export async function measureMaterialize(world: IngestionWorld, size: "200k" | "2m"): Promise<BenchResult> {
  const { rows, rounds: roundsMax } = world.sizes.materialize[size];
  await using started = new AsyncDisposableStack();
  const redis = new Redis(world.stack.redisUrl);
  started.defer(() => redis.disconnect());
  const server = await world.stack.startIngestion();
  started.defer(() => server.stop());
  const serving = await world.stack.startServing([]);
  started.defer(() => serving.stop());
  const client = createTimewellClient({ ingestionUrl: server.url, servingUrl: serving.url });
  started.defer(() => client.close());
  const view = `rows_${size}`;

  const ours = async (): Promise<number> => {
    await emptied(redis);
    const start = performance.now();
    const read = await materializeAll(client, view);
    const ms = performance.now() - start;
    if (read !== rows) throw new Error(`Materialized ${read} of ${rows} rows`);
    return (rows / ms) * 1000;
  };
  const details: Detail[] = [];
  await ours();
  const entities = sampled(rows);
  const read = await readOurs(client, view, entities);
  const peaks = peakMemory(server.pid);
  peaksBySize.set(size, peaks.together);
  details.push({ name: `materialize_memory_${size}`, value: peaks.together / 2 ** 20, unit: "MiB" });
  if (world.context.isQuick) return { figures: memoryGrowth(), details };

  await using feast = await startFeast();
  await sayFeast(world, feast);
  const question = feastQuestion(world, view, rows);
  const peer = async (): Promise<number> => {
    await emptied(redis);
    const { ms } = await feast.ask<{ ms: number }>({ ...question, do: "run" }, feastTimeoutMs);
    return (rows / ms) * 1000;
  };
  // Each side has been warmed up by the comparison of what can be read; the rounds warm both up once more where they are short.
  await peer();
  const answer = await feast.ask<{ values: number[][] }>({ ...question, do: "read", entities }, 60_000);
  requireEqual(read, answer.values);
  const counted = Math.min(world.context.pairs ?? Infinity, roundsMax);
  const rates = await runRounds(counted, { ours, peer });
  const memory = await feast.ask<{ bytes: number }>({ do: "peak_memory" }, 10_000);
  const name = `materialize_vs_feast_${size}`;
  const ratio = rates.ratio("ours", "peer");
  const { unit, target, better } = ingestionFigures[name]!;
  const shown = (side: string) => `${(rates.rate(side) / 1000).toFixed(1)} k rows/s`;
  details.push(
    { name: `${name}_ours`, value: rates.rate("ours"), unit: "rows/s" },
    { name: `${name}_peer`, value: rates.rate("peer"), unit: "rows/s" },
    { name: `${name}_ratio_min`, value: ratio.min, unit },
    { name: `${name}_ratio_max`, value: ratio.max, unit },
    { name: `${name}_feast_memory`, value: memory.bytes / 2 ** 20, unit: "MiB" },
  );
  const figure = {
    name,
    value: ratio.median,
    unit,
    target,
    better,
    ours: shown("ours"),
    peer: shown("peer"),
  };
  return { figures: [figure, ...memoryGrowth()], details };
}

/** Present once both sizes were run. */
function memoryGrowth(): BenchResult["figures"] {
  const [small, large] = [peaksBySize.get("200k"), peaksBySize.get("2m")];
  if (small === undefined || large === undefined) return [];
  const { unit, target, better } = ingestionFigures["materialize_memory_growth"]!;
  const shown = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const sides = { ours: shown(large), peer: shown(small) };
  return [{ name: "materialize_memory_growth", value: large / small, unit, target, better, ...sides }];
}

/** Removes the rows of both sides, and not what the servers remember of the store. */
async function emptied(redis: Redis): Promise<void> {
  for await (const keys of redis.scanStream({ count: 10_000 }) as AsyncIterable<string[]>) {
    const rows = keys.filter((key) => !key.startsWith("timewell:"));
    if (rows.length > 0) await redis.unlink(...rows);
  }
}

function sampled(rows: number): number[] {
  const step = Math.max(1, Math.floor(rows / comparedEntities));
  return Array.from({ length: Math.min(rows, comparedEntities) }, (_, i) => i * step);
}

async function readOurs(
  client: TimewellClient,
  view: string,
  entities: readonly number[],
): Promise<unknown[][]> {
  const rows = entities.map((entity) => ({ entity_id: BigInt(entity) }));
  const answer = await client.getOnlineFeatures({ project, features: [`${view}:*`], rows });
  return answer.rows.map(({ values }) => featureNames.map((name) => values[`${view}__${name}`]));
}

function requireEqual(ours: readonly unknown[][], feast: readonly unknown[][]): void {
  const at = ours.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(feast[i]));
  if (at === -1 && ours.length === feast.length) return;
  throw new Error(
    `Row ${at} differs: ${JSON.stringify(ours[at])}, and of Feast ${JSON.stringify(feast[at])}`,
  );
}

function feastQuestion({ files, folder, stack }: IngestionWorld, view: string, rows: number) {
  return {
    source: path.join(files, `${view}.parquet`),
    folder,
    redis: new URL(stack.redisUrl).host,
    features: featureNames,
    fromUs: Number(startUs),
    toUs: Number(startUs + spanUs),
    rows,
  };
}

async function sayFeast({ context }: IngestionWorld, feast: PythonWorker): Promise<void> {
  const versions = await feast.ask<Record<string, string>>({ do: "versions" }, 120_000);
  const found = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  context.say(`feast: ${found.join(", ")}; materialize(), settings of feast init but for the online store`);
}
