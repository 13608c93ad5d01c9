import { mkdir, rm } from "node:fs/promises";
import { spillFolder } from "../wire/spill-folder.ts";
import type { FrameWriter } from "../wire/frame-writer.ts";
import type { DatabaseLimits, Job, Task } from "../wire/job.ts";
import { copySegmentWithout } from "./copy-segment-without.ts";
import { countKey } from "./count-key.ts";
import { countSource } from "./count-source.ts";
import { Database } from "./database.ts";
import { describeFile } from "./describe-file.ts";
import { makeTrainingSet } from "./make-training-set.ts";
import { mergeSegments } from "./merge-segments.ts";
import { scanSegments } from "./scan-segments.ts";
import { scanSource } from "./scan-source.ts";
import { pathsOf } from "./task-paths.ts";
import { writeSegment } from "./write-segment.ts";

/** Runs one task in a database of its own; rows go to `frames`, the result comes back. */
export async function runTask(job: Job, frames: FrameWriter): Promise<unknown> {
  const { task } = job;
  const limits = { ...job.limits, tempDirectory: spillFolder(job.limits, process.pid) };
  if (task.kind === "describe" && task.format === "arrow") return describeFile(undefined, task);
  // DuckDB makes this folder itself, but not the ones above it.
  await mkdir(limits.tempDirectory, { recursive: true });
  const database = await Database.open(limits, pathsOf(task));
  try {
    return await dispatch(task, database, frames);
  } finally {
    database.close();
    await removeSpill(limits);
  }
}

function dispatch(task: Task, database: Database, frames: FrameWriter): Promise<unknown> {
  switch (task.kind) {
    case "describe":
      return describeFile(database, task);
    case "trainingSet":
      return makeTrainingSet(database, task.plan, frames);
    case "countSource":
      return countSource(database, task.scan);
    case "scanSource":
      return scanSource(database, task.scan, frames);
    case "scanSegments":
      return scanSegments(database, task.history, frames);
    case "mergeSegments":
      return mergeSegments(database, task);
    case "countKey":
      return countKey(database, task);
    case "copySegmentWithout":
      return copySegmentWithout(database, task);
    case "writeSegment":
      return writeSegment(database, task);
  }
}

async function removeSpill(limits: DatabaseLimits): Promise<void> {
  await rm(limits.tempDirectory, { recursive: true, force: true });
}
