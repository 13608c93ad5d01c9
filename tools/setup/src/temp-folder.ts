import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAlive } from "./is-alive.ts";

const namePattern = /^timewell-[a-z]+-(\d+)-/;
const folders = new Set<string>();
let isExitHooked = false;

/** Removes what processes that were killed could not remove themselves: the name of a folder tells its owner. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = namePattern.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
  }
}

/**
 * Makes an empty folder that is removed when this process ends, or by the next caller if this process is killed.
 * @param purpose lower-case letters, part of the folder's name.
 */
export function makeTempFolder(purpose: string): string {
  if (!isExitHooked) {
    isExitHooked = true;
    sweep();
    process.once("exit", () => folders.forEach(removeTempFolder));
  }
  const folder = mkdtempSync(path.join(tmpdir(), `timewell-${purpose}-${process.pid}-`));
  folders.add(folder);
  return folder;
}

/** Removes a folder that {@link makeTempFolder} made, before the process ends. */
export function removeTempFolder(folder: string): void {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
