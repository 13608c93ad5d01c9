import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { spillingPid } from "../wire/spill-folder.ts";

/** Removes what processes that are gone have left in the temporary folder, for example after the machine went down. */
export async function removeStaleSpill(tempDirectory: string): Promise<void> {
  const names = await readdir(tempDirectory).catch(() => []);
  for (const name of names) {
    const pid = spillingPid(name);
    if (pid === undefined || isAlive(pid)) continue;
    await rm(join(tempDirectory, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (reason) {
    return (reason as NodeJS.ErrnoException).code === "EPERM";
  }
}
