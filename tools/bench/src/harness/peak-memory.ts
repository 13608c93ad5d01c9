import { readFileSync } from "node:fs";
import { childrenOf } from "./children-of.ts";

/** The most memory that a server and its children ever held, bytes. */
export interface PeakMemory {
  readonly server: number;
  /** Of all children together: each one's own peak, summed up. */
  readonly children: number;
  /** Both; an upper bound, as the peaks need not be at one time. */
  readonly together: number;
}

/** Reads the peak resident set sizes (VmHWM) of a process that still runs, and of its children. Linux only. */
export function peakMemory(pid: number): PeakMemory {
  const server = peakOf(pid);
  const children = childrenOf(pid).reduce((sum, child) => sum + peakOf(child), 0);
  return { server, children, together: server + children };
}

function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`Cannot tell the memory of process ${pid}`);
  return Number(kibibytes) * 1024;
}
