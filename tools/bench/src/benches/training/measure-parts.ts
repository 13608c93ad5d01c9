import type { BenchResult } from "../../bench.ts";
import { measureFeast } from "./feast-part.ts";
import { trainingFigures, type TrainingPart } from "./figures.ts";
import { measureJoin } from "./join-part.ts";
import { measureMemory } from "./memory-part.ts";
import { measurePrepared } from "./prepared-part.ts";
import { RunVoid } from "./run-void.ts";
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

/** Measures what was asked for, part by part; whatever fails costs the figures of its part, and no others. */
export async function measureParts(world: TrainingWorld, names: readonly string[]): Promise<BenchResult> {
  const results: BenchResult[] = [];
  let isVoid = false;
  for (const [part, measure] of Object.entries(parts) as [TrainingPart, MeasurePart][]) {
    const wanted = names.filter((name) => trainingFigures[name]!.part === part);
    if (wanted.length === 0) continue;
    world.context.say(`Measuring ${wanted.join(", ")}`);
    try {
      const result = await withoutFailure(world, wanted.join(", "), () => measure(world, wanted));
      if (result !== undefined) results.push(result);
    } catch (reason) {
      if (!(reason instanceof RunVoid)) throw reason;
      isVoid = true;
      world.failures.push(`${wanted.join(", ")} VOID: ${reason.message}`);
      world.context.say(world.failures.at(-1)!);
    }
  }
  return {
    figures: results.flatMap(({ figures }) => figures).filter(({ name }) => names.includes(name)),
    details: results.flatMap(({ details }) => details),
    isVoid,
  };
}
