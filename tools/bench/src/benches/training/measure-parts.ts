import type { BenchResult } from "../../bench.ts";
import { measureFeast } from "./feast-part.ts";
import { trainingFigures, type TrainingPart } from "./figures.ts";
import { measureJoin } from "./join-part.ts";
import { measureMemory } from "./memory-part.ts";
import { measurePrepared } from "./prepared-part.ts";
import type { TrainingWorld } from "./training-world.ts";
import { withoutFailure } from "./without-failure.ts";

type MeasurePart = (world: TrainingWorld, names: readonly string[]) => Promise<BenchResult>;

const parts: Readonly<Record<TrainingPart, MeasurePart>> = {
  join_100k: (world) => measureJoin(world, world.sizes.joins[0]!),
  join_1m: (world) => measureJoin(world, world.sizes.joins[1]!),
  feast_duckdb: (world, [name]) => measureFeast(world, name!, "duckdb"),
  feast_file: (world, [name]) => measureFeast(world, name!, "file"),
  prepared: (world, [name]) => measurePrepared(world, name!),
  memory_1m: (world, [name]) => measureMemory(world, name!, world.sizes.joins[1]!),
  memory_10m: (world, [name]) => measureMemory(world, name!, world.sizes.most),
};

/** Parts that stand and fall with a peer alone. */
const peers: Partial<Record<TrainingPart, string>> = {
  feast_duckdb: "Feast's DuckDB store",
  feast_file: "Feast's store of files",
  prepared: "Arrow Flight",
};

/** Measures what was asked for, part by part; a peer that fails costs its own figures only. */
export async function measureParts(world: TrainingWorld, names: readonly string[]): Promise<BenchResult> {
  const results: BenchResult[] = [];
  for (const [part, measure] of Object.entries(parts) as [TrainingPart, MeasurePart][]) {
    const wanted = names.filter((name) => trainingFigures[name]!.part === part);
    if (wanted.length === 0) continue;
    world.context.say(`Measuring ${wanted.join(", ")}`);
    const peer = peers[part];
    const run = (): Promise<BenchResult> => measure(world, wanted);
    const result = peer === undefined ? await run() : await withoutFailure(world, peer, run);
    if (result !== undefined) results.push(result);
  }
  return {
    figures: results.flatMap(({ figures }) => figures).filter(({ name }) => names.includes(name)),
    details: results.flatMap(({ details }) => details),
  };
}
