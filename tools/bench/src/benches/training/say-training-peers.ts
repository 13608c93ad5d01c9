import { version as duckdbVersion } from "@duckdb/node-api";
import { memoryLimitMiB } from "./figures.ts";
import { withoutFailure } from "./without-failure.ts";
import { threads, type TrainingSide, type TrainingWorld } from "./training-world.ts";

const sides: readonly (readonly [TrainingSide, string])[] = [
  ["join_timewell", "one client for all runs, labels as a file that the server reads"],
  [
    "join_duckdb",
    `a database for each run, threads ${threads}, memory_limit ${memoryLimitMiB} MiB, to an Arrow table`,
  ],
  ["join_polars", "scan_parquet, sort, join_asof, sort, collect"],
  ["read_flight", "read_pandas() of a server with GeneratorStream over batches of 65,536 rows"],
];

const feast = [
  "join_feast",
  "get_historical_features(entity_df=…).to_arrow(), settings of feast init",
] as const;

/** Prints which versions take part, and how they run. Throws where bare DuckDB is not the version that our engine has. */
export async function sayTrainingPeers(world: TrainingWorld): Promise<void> {
  const { context } = world;
  context.say(
    `timewell: registry and retrieval as processes, DuckDB ${duckdbVersion()} in a child with threads ${threads}, ` +
      `--memory-limit ${memoryLimitMiB}MiB, PostgreSQL; everything else as by default`,
  );
  for (const [side, flags] of context.isQuick ? sides : [...sides, feast]) {
    const versions = await withoutFailure(world, side, () => versionsOf(world, side));
    if (versions === undefined) continue;
    const found = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    context.say(`${side}: ${found.join(", ")}; ${flags}`);
    if (side === "join_duckdb" && `v${versions["duckdb"]}` !== duckdbVersion())
      throw new Error(
        `Cannot compare with DuckDB ${versions["duckdb"]}: the engine has ${duckdbVersion()}. Pin that in training-python-packages.ts.`,
      );
  }
}

async function versionsOf(
  world: TrainingWorld,
  side: TrainingSide,
): Promise<Readonly<Record<string, string>>> {
  await using worker = await world.startSide(side);
  return await worker.ask({ do: "versions" }, 120_000);
}
