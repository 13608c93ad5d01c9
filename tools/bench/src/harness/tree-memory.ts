import { readFileSync } from "node:fs";
import { childrenOf } from "./children-of.ts";

const sampleMs = 100;

/** Looks ten times a second at what a process and its children hold together; pages that they share count once. Linux only. */
export class TreeMemory {
  readonly #timer: NodeJS.Timeout;
  #most = 0;

  constructor(pid: number) {
    this.#timer = setInterval(() => {
      this.#most = Math.max(this.#most, treeBytes(pid));
    }, sampleMs);
  }

  /** The most that was seen, bytes. */
  get most(): number {
    return this.#most;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Proportional set sizes; 0 where a process has just ended. */
function treeBytes(pid: number): number {
  try {
    return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + proportionalBytes(each), 0);
  } catch {
    return 0;
  }
}

function proportionalBytes(pid: number): number {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}
