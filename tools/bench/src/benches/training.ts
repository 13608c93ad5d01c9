import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import type { Bench, BenchContext, ReportTable } from "../bench.ts";
import { sayLoad } from "../harness/say-load.ts";
import { trainingFigures } from "./training/figures.ts";
import { measureParts } from "./training/measure-parts.ts";
import { sayTrainingPeers } from "./training/say-training-peers.ts";
import { fullTrainingSizes, quickTrainingSizes } from "./training/training-sizes.ts";
import { startTrainingWorld } from "./training/training-world.ts";

/** The speed of training sets, in the hands of those who train. */
export const training: Bench = {
  name: "training",
  summary:
    "Training sets in a Python client: against bare DuckDB, Polars, Feast and Arrow Flight, and their memory",
  measures: Object.fromEntries(
    Object.entries(trainingFigures).map(([name, { measures }]) => [name, measures]),
  ),
  async run(context) {
    const folder = makeTempFolder("bench");
    const sizes = context.isQuick ? quickTrainingSizes : fullTrainingSizes;
    sayLoad(context);
    try {
      const world = await startTrainingWorld(context, sizes, folder);
      try {
        await sayTrainingPeers(world);
        const result = await measureParts(world, wantedFigures(context));
        return { ...result, tables: failureTable(world.failures) };
      } finally {
        await world.stack.stop();
      }
    } finally {
      removeTempFolder(folder);
    }
  },
};

/** Feast takes most of a minute to install, and longer to answer: a quick run does without. */
function wantedFigures({ only, isQuick, say }: BenchContext): string[] {
  const matching = Object.keys(trainingFigures).filter((name) => only?.test(name) ?? true);
  const left = matching.filter((name) => isQuick && trainingFigures[name]!.part.startsWith("feast"));
  if (left.length > 0)
    say(`Left out in a quick run, as Feast would have to be installed: ${left.join(", ")}`);
  return matching.filter((name) => !left.includes(name));
}

function failureTable(failures: readonly string[]): ReportTable[] {
  if (failures.length === 0) return [];
  return [{ title: "NOT MEASURED", head: ["why"], rows: failures.map((why) => [why.slice(0, 300)]) }];
}
