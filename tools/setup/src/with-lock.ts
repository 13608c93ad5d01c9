import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./is-alive.ts";

/** How long what is done under a lock may take, minutes. */
export const lockMinutesMax = 10;

/**
 * Does something in one process at a time; `lock` is the path of a folder that stands for it. A lock whose process is gone, or that
 * is older than {@link lockMinutesMax}, was left behind.
 */
export async function withLock(lock: string, action: () => void): Promise<void> {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(path.join(lock, "owner"), String(process.pid));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const heldMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (heldMs > lockMinutesMax * 60_000 || isLeft(lock)) rmSync(lock, { recursive: true, force: true });
    else await sleep(200);
  }
  try {
    action();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isLeft(lock: string): boolean {
  try {
    return !isAlive(Number(readFileSync(path.join(lock, "owner"), "utf8")));
  } catch {
    // Its owner is just taking it, or giving it back.
    return false;
  }
}
