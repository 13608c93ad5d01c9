import { FeatureStoreError } from "@timewell/errors";
import type { Task } from "../wire/job.ts";
import { pathsOf } from "./task-paths.ts";

/** Turns what DuckDB throws into an error of the closed set. DuckDB's own text stays in the cause. */
export function toEngineError(reason: unknown, task: Task): FeatureStoreError {
  if (reason instanceof FeatureStoreError) return reason;
  const text = reason instanceof Error ? reason.message : String(reason);
  const raised = /TIMEWELL:([A-Z_]+):([^\n]*)/.exec(text);
  if (raised !== null) return raisedError(raised[1]!, raised[2]!, reason);
  if (noRoom.test(text) && isWriting(task)) return full(task.path, reason);
  const files = namedFiles(text, task);
  for (const [pattern, make] of patterns) {
    if (pattern.test(text)) return make(files, reason);
  }
  return FeatureStoreError.from(reason);
}

/** An error that a statement raised itself: see `raiseError`. */
function raisedError(kind: string, message: string, cause: unknown): FeatureStoreError {
  return new FeatureStoreError(kind === "INVALID_LABELS" ? kind : "SOURCE_MISMATCH", message, { cause });
}

/** The file that a message names, else all that the task reads. */
function namedFiles(text: string, task: Task): string {
  const paths = pathsOf(task);
  const named = paths.filter((path) => text.includes(path));
  const shown = (named.length > 0 ? named : paths).slice(0, 3);
  return shown.length === 0 ? "a file" : shown.join(", ");
}

const noRoom = /No space left|ENOSPC/i;

type WritingTask = Extract<Task, { readonly kind: "writeSegment" | "mergeSegments" | "copySegmentWithout" }>;

function isWriting(task: Task): task is WritingTask {
  return task.kind === "writeSegment" || task.kind === "mergeSegments" || task.kind === "copySegmentWithout";
}

function full(path: string, cause: unknown): FeatureStoreError {
  return new FeatureStoreError("STORE_FULL", `Cannot write segment ${path}: its disk has no room left`, {
    hint: "Free space there; the rows are safe in the log or in the segments before it, and are written with the next flush",
    cause,
  });
}

type Make = (files: string, cause: unknown) => FeatureStoreError;

const limitExceeded: Make = (_files, cause) =>
  new FeatureStoreError(
    "LIMIT_EXCEEDED",
    "Cannot finish the job within the engine's memory or temporary space",
    {
      hint: "Ask for fewer rows or columns, or raise the engine's limits",
      cause,
    },
  );

const damaged: Make = (files, cause) =>
  new FeatureStoreError("DATA_LOSS", `Cannot read ${files}: the file is damaged or not of its format`, {
    hint: "Write the file again",
    cause,
  });

const mismatch: Make = (files, cause) =>
  new FeatureStoreError("SOURCE_MISMATCH", `Cannot convert a value of ${files} to the declared type`, {
    hint: "Mend the value, or declare another type",
    cause,
  });

const notFound: Make = (files, cause) =>
  new FeatureStoreError("FILE_NOT_FOUND", `Cannot read ${files}: there is no such file`, { cause });

const patterns: readonly (readonly [RegExp, Make])[] = [
  [/Out of Memory|out of memory|max_temp_directory_size|failed to offload|No space left/i, limitExceeded],
  [/No files found that match|Cannot open file .*No such file/i, notFound],
  [/^(Conversion|Out of Range) Error/, mismatch],
  // What is left of what DuckDB says while it reads: the bytes are not what the format promises.
  [/^(Invalid|Invalid Input|Serialization|IO) Error|parquet|CSV Error|thrift|corrupt|decompress/i, damaged],
];
