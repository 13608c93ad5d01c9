import { deserialize } from "node:v8";
import type {
  EncodedRows,
  FileColumn,
  MergedSegment,
  OfflineEngine,
  RowRange,
  TrainingPart,
  TrainingSummary,
  WrittenSegment,
} from "@timewell/store-ports";
import { checkPaths } from "./check-paths.ts";
import type { DuckdbEngineOptions } from "./duckdb-engine-options.ts";
import { removeStaleSpill } from "./pool/remove-stale-spill.ts";
import { WorkerPool } from "./pool/worker-pool.ts";
import { unpackEncodedRows } from "./wire/encoded-rows-code.ts";
import { splitHead } from "./wire/headed-payload.ts";
import type { DatabaseLimits, Job, Task } from "./wire/job.ts";
import { pathsOf } from "./worker/task-paths.ts";
import type { BatchHead } from "./worker/training-batches.ts";

const gibibyte = 2 ** 30;

/** DuckDB counts its buffers, not what its allocator keeps nor the process around it: measured, a quarter on top. */
const countedShare = 0.75;

/** The DuckDB engine, with what its operators want to see. */
export interface DuckdbEngine extends OfflineEngine {
  /** Process ids of its live children. */
  readonly workerPids: readonly number[];
}

/** Makes an offline engine on DuckDB. Child processes start with the first call. */
export function createDuckdbEngine(options: DuckdbEngineOptions): DuckdbEngine {
  const limits: DatabaseLimits = {
    memoryLimitBytes: Math.floor((options.memoryLimitBytes ?? 2 * gibibyte) * countedShare),
    threads: options.threads ?? 2,
    tempDirectory: options.tempDirectory,
    tempDirectoryBytesMax: options.tempDirectoryBytesMax ?? 32 * gibibyte,
  };
  const pool = new WorkerPool({ workersMax: options.workersMax ?? 2, queueMax: options.queueMax ?? 64 });

  let cleaned: Promise<void> | undefined;

  async function* run(task: Task, signal: AbortSignal) {
    await checkPaths(pathsOf(task), options.allowedDirectories);
    await (cleaned ??= removeStaleSpill(limits.tempDirectory));
    const job: Job = { task, limits };
    yield* pool.run(job, signal);
  }

  async function resultOf<T>(task: Task, signal: AbortSignal): Promise<T> {
    let result: T | undefined;
    for await (const frame of run(task, signal)) {
      if (frame.kind === "result") result = deserialize(frame.payload) as T;
    }
    return result as T;
  }

  async function* rowsOf(task: Task, signal: AbortSignal): AsyncGenerator<EncodedRows, void, void> {
    for await (const frame of run(task, signal)) {
      if (frame.kind === "rows") yield unpackEncodedRows(frame.payload);
    }
  }

  async function* trainingSet(task: Task, signal: AbortSignal): AsyncGenerator<TrainingPart, void, void> {
    for await (const { kind, payload } of run(task, signal)) {
      if (kind === "schema") {
        const { head, body } = splitHead(payload);
        yield { kind, bytes: body, range: deserialize(head) as RowRange };
      } else if (kind === "batch") {
        const { head, body } = splitHead(payload);
        yield { kind, bytes: body, ...(deserialize(head) as BatchHead) };
      } else if (kind === "result")
        yield { kind: "summary", summary: deserialize(payload) as TrainingSummary };
    }
  }

  const never = new AbortController().signal;
  return {
    engine: "duckdb",
    get workerPids() {
      return pool.pids;
    },
    describe: (format, path) => resultOf<FileColumn[]>({ kind: "describe", format, path }, never),
    trainingSet: (plan, signal) => trainingSet({ kind: "trainingSet", plan }, signal),
    countSource: (scan, signal) => resultOf<number>({ kind: "countSource", scan }, signal),
    scanSource: (scan, signal) => rowsOf({ kind: "scanSource", scan }, signal),
    scanSegments: (history, signal) => rowsOf({ kind: "scanSegments", history }, signal),
    mergeSegments: (path, history, signal) =>
      resultOf<MergedSegment>({ kind: "mergeSegments", path, history }, signal),
    writeSegment: (path, history, rows) =>
      resultOf<WrittenSegment>({ kind: "writeSegment", path, history, rows }, never),
    countKey: (format, path, key) => resultOf<number>({ kind: "countKey", format, path, key }, never),
    copySegmentWithout: (path, copy, key) =>
      resultOf<WrittenSegment | undefined>({ kind: "copySegmentWithout", path, copy, key }, never),
    close: () => pool.close(),
  };
}
