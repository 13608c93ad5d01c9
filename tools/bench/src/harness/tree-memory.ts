import { readFileSync } from "node:fs";
import { childrenOf } from "./children-of.ts";

const sampleMs = 100;

/** Looks ten times a second at what a process and its children hold together; pages that they share count once. Linux only. */
export class TreeMemory {
  readonly #timer: NodeJS.Timeout;
  #most = 0;

  constructor(pid: number) {
    this.#timer = setInterval(() => {
      const held = [pid, ...childrenOf(pid)].reduce((sum, each) => sum + proportionalBytes(each), 0);
      this.#most = Math.max(this.#most, held);
    }, sampleMs);
  }

  /** Ends it, and returns the most that was seen, bytes. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#most;
  }
}

/** Proportional set size; 0 for a process that has just ended. */
function proportionalBytes(pid: number): number {
  try {
    const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
