import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import type { Bench, BenchContext, BenchResult } from "../bench.ts";
import { sayLoad } from "../harness/say-load.ts";
import { ingestionFigures, type IngestionPart } from "./ingestion/figures.ts";
import { fullIngestionSizes, quickIngestionSizes } from "./ingestion/ingestion-sizes.ts";
import { type IngestionWorld, startIngestionWorld } from "./ingestion/ingestion-world.ts";
import { measureKafka } from "./ingestion/kafka-part.ts";
import { measureMaterialize } from "./ingestion/materialize-part.ts";
import { measurePush } from "./ingestion/push-part.ts";
import { measureWindows } from "./ingestion/windows-part.ts";

const parts: Readonly<Partial<Record<IngestionPart, (world: IngestionWorld) => Promise<BenchResult>>>> = {
  materialize_200k: (world) => measureMaterialize(world, "200k"),
  materialize_2m: (world) => measureMaterialize(world, "2m"),
  push: measurePush,
  kafka: measureKafka,
  windows: measureWindows,
};

/** The speed of the way in. */
export const ingestion: Bench = {
  name: "ingestion",
  summary: "The way in: materialize against Feast, pushes against COPY, Kafka to readable online, windows",
  measures: Object.fromEntries(
    Object.entries(ingestionFigures).map(([name, { measures }]) => [name, measures]),
  ),
  async run(context) {
    const folder = makeTempFolder("bench");
    sayLoad(context);
    try {
      const sizes = context.isQuick ? quickIngestionSizes : fullIngestionSizes;
      const world = await startIngestionWorld(context, sizes, folder);
      try {
        return await measureParts(world);
      } finally {
        await world.stack.stop();
      }
    } finally {
      removeTempFolder(folder);
    }
  },
};

async function measureParts(world: IngestionWorld): Promise<BenchResult> {
  const names = wantedFigures(world.context);
  const results: BenchResult[] = [];
  for (const [part, measure] of Object.entries(parts)) {
    const wanted = names.filter((name) => ingestionFigures[name]!.part === part);
    if (wanted.length === 0) continue;
    world.context.say(`Measuring ${wanted.join(", ")}`);
    results.push(await measure(world));
  }
  return {
    figures: results.flatMap(({ figures }) => figures),
    details: results.flatMap(({ details }) => details),
    tables: results.flatMap(({ tables = [] }) => tables),
  };
}

function wantedFigures({ only }: BenchContext): string[] {
  return Object.keys(ingestionFigures).filter((name) => only?.test(name) ?? true);
}
