import path from "node:path";
import { feastPythonPackages, pythonEnvironment } from "@timewell/setup";
import type { BenchContext } from "../../bench.ts";
import { cachedFixtures } from "../../fixtures/cached-fixtures.ts";
import { distinctSql } from "../../fixtures/history-sql.ts";
import { ingestionDefinitions } from "../../fixtures/ingestion-definitions.ts";
import { PythonWorker } from "../../harness/python-worker.ts";
import { startStack, type Stack } from "../../harness/start-stack.ts";
import type { IngestionSizes } from "./ingestion-sizes.ts";

/** Limit that DuckDB gets in the server's child, MiB. */
export const memoryLimitMiB = 1024;

const peersFolder = path.join(import.meta.dirname, "../../peers");

/** What all parts of the bench stand on. */
export interface IngestionWorld {
  readonly context: BenchContext;
  readonly sizes: IngestionSizes;
  readonly stack: Stack;
  /** Folder of the source files. */
  readonly files: string;
  /** Folder for everything else. */
  readonly folder: string;
}

/** Writes the files where they are not there yet, and starts the stack. */
export async function startIngestionWorld(
  context: BenchContext,
  sizes: IngestionSizes,
  folder: string,
): Promise<IngestionWorld> {
  const fixtures = Object.entries(sizes.materialize).map(([name, { rows }]) => ({
    name: `rows_${name}.parquet`,
    sql: distinctSql(rows),
  }));
  const files = await cachedFixtures(fixtures, context.say);
  const stack = await startStack({
    definitions: ingestionDefinitions,
    folder,
    dataRoot: files,
    memoryLimitBytes: memoryLimitMiB * 2 ** 20,
    threads: 2,
    profileFolder: context.profileFolder,
  });
  return { context, sizes, stack, files, folder };
}

/** Starts Feast in a process of its own; it is installed where it is missing. */
export async function startFeast(): Promise<PythonWorker> {
  const python = await pythonEnvironment(feastPythonPackages);
  const worker = path.join(peersFolder, "training/worker.py");
  return new PythonWorker(python, [worker, "materialize_feast"], {
    PYTHONPATH: path.join(peersFolder, "ingestion"),
  });
}
