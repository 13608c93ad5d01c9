import { join } from "node:path";
import type { DatabaseLimits } from "./job.ts";

const prefix = "worker-";

/** Folder in which one process spills. */
export function spillFolder(limits: DatabaseLimits, pid: number): string {
  return join(limits.tempDirectory, `${prefix}${pid}`);
}

/** The process that spills into a folder of this name; undefined where it is no such name. */
export function spillingPid(folderName: string): number | undefined {
  if (!folderName.startsWith(prefix)) return undefined;
  const pid = Number(folderName.slice(prefix.length));
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}
