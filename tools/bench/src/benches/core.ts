import path from "node:path";
import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import type { Bench, BenchContext, BenchResult } from "../bench.ts";
import { benchDefinitions } from "../fixtures/definitions.ts";
import { distinctSql, historySql, labelsSql } from "../fixtures/history-sql.ts";
import { writeArrowLabels } from "../fixtures/write-arrow-labels.ts";
import { writeFixtures } from "../fixtures/write-fixtures.ts";
import { startStack } from "../harness/start-stack.ts";
import type { CoreSetup, CoreSizes } from "./core-setup.ts";
import { measureMaterialize } from "./materialize-rows.ts";
import { measureMaterializeMemory, measureTrainingMemory } from "./server-memory.ts";
import { measureTrainingStream } from "./training-stream.ts";

const memoryLimitBytes = 2 ** 30;
const threads = 2;

const fullSizes: CoreSizes = {
  labels: 100_000,
  historyRows: 1_000_000,
  historyKeys: 50_000,
  onlineRows: 200_000,
  growth: 10,
  pairs: 7,
};

const quickSizes: CoreSizes = {
  labels: 2_000,
  historyRows: 20_000,
  historyKeys: 1_000,
  onlineRows: 5_000,
  growth: 10,
  pairs: 1,
};

interface CoreFigure {
  readonly measures: string;
  readonly run: (setup: CoreSetup, name: string) => Promise<BenchResult>;
}

const figures: Readonly<Record<string, CoreFigure>> = {
  training_stream: {
    measures:
      "GetTrainingSet, from the call to the last batch in a client, for 100,000 labels × 1,000,000 rows × 10 doubles, against the same rule in bare DuckDB on the same files; labels by path",
    run: (setup, name) => measureTrainingStream(setup, name, "path"),
  },
  training_stream_upload: {
    measures: "The same with labels that are uploaded first, their upload included",
    run: (setup, name) => measureTrainingStream(setup, name, "upload"),
  },
  materialize: {
    measures:
      "Materialize of 200,000 rows × 10 doubles into an empty Redis, against a bare pipelined SET of the same bytes",
    run: measureMaterialize,
  },
  training_memory: {
    measures:
      "Peak memory of the retrieval server plus its DuckDB child for 1,000,000 labels × 10,000,000 rows × 10 doubles",
    run: measureTrainingMemory,
  },
  materialize_memory: {
    measures: "Peak memory of the ingestion server plus its DuckDB child for 10,000,000 rows × 10 doubles",
    run: measureMaterializeMemory,
  },
};

/** The speed and memory of the main job. */
export const core: Bench = {
  name: "core",
  summary: "The main job on Redis, PostgreSQL and DuckDB: training stream, materialize, peak memory",
  measures: Object.fromEntries(Object.entries(figures).map(([name, { measures }]) => [name, measures])),
  async run(context) {
    const wanted = Object.entries(figures).filter(([name]) => context.only?.test(name) ?? true);
    const sizes = context.isQuick ? quickSizes : fullSizes;
    const folder = makeTempFolder("bench");
    try {
      context.say("Writing the source files");
      const isLarge = wanted.some(([name]) => name.endsWith("_memory"));
      await writeCoreFixtures(folder, sizes, isLarge);
      return await measureAll(context, sizes, folder, wanted);
    } finally {
      removeTempFolder(folder);
    }
  },
};

async function measureAll(
  context: BenchContext,
  sizes: CoreSizes,
  folder: string,
  wanted: readonly (readonly [string, CoreFigure])[],
): Promise<BenchResult> {
  const { profileFolder } = context;
  const definitions = benchDefinitions;
  const stack = await startStack({ definitions, folder, memoryLimitBytes, threads, profileFolder });
  const results: BenchResult[] = [];
  try {
    for (const [name, { run }] of wanted) {
      context.say(`Measuring ${name}`);
      results.push(await run({ context, sizes, folder, stack, memoryLimitBytes, threads }, name));
    }
  } finally {
    await stack.stop();
  }
  return {
    figures: results.flatMap(({ figures: found }) => found),
    details: results.flatMap(({ details }) => details),
  };
}

async function writeCoreFixtures(folder: string, sizes: CoreSizes, isLarge: boolean): Promise<void> {
  const { labels, historyRows, historyKeys, onlineRows, growth } = sizes;
  await writeFixtures(folder, [
    { name: "history.parquet", sql: historySql(historyRows, historyKeys) },
    { name: "labels.parquet", sql: labelsSql(labels, historyKeys) },
    { name: "rows.parquet", sql: distinctSql(onlineRows) },
  ]);
  await writeArrowLabels(path.join(folder, "labels.parquet"), path.join(folder, "labels.arrow"));
  if (!isLarge) return;
  await writeFixtures(folder, [
    { name: "history_large.parquet", sql: historySql(historyRows * growth, historyKeys * growth) },
    { name: "labels_large.parquet", sql: labelsSql(labels * growth, historyKeys * growth) },
    { name: "rows_medium.parquet", sql: distinctSql(historyRows) },
    { name: "rows_large.parquet", sql: distinctSql(historyRows * growth) },
  ]);
}
