import type { ViewHistory } from "@timewell/store-ports";
import type { Task } from "../wire/job.ts";

/** Every file that a task may touch; the database of the task opens no other. */
export function pathsOf(task: Task): string[] {
  switch (task.kind) {
    case "describe":
      return [task.path];
    case "trainingSet":
      return [task.plan.labels.path, ...task.plan.views.flatMap((view) => historyPaths(view.history))];
    case "countSource":
    case "scanSource":
      return [...(task.scan.history.source?.paths ?? [])];
    case "scanSegments":
      return [...task.history.segments];
    case "mergeSegments":
      return [...task.history.segments, task.path, partialPath(task.path)];
    case "countKey":
      return [task.path];
    case "copySegmentWithout":
      return [task.path, task.copy, partialPath(task.copy)];
    case "writeSegment":
      return [task.path, partialPath(task.path)];
  }
}

/** Name of a segment while it is being written. */
export function partialPath(path: string): string {
  return `${path}.partial`;
}

/** Files of a history. */
export function historyPaths(history: ViewHistory): string[] {
  return [...(history.source?.paths ?? []), ...history.segments, ...(history.laterSegments?.paths ?? [])];
}
