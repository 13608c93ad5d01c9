import { readFileSync } from "node:fs";
import { childrenOf } from "./children-of.ts";

/** Ticks of the kernel's clock for processor time, a second: fixed on Linux. */
const ticksPerSecond = 100;

/** Processor time of a process, and of its children that live, ms. Linux only. */
export function cpuMsOf(pid: number): { readonly own: number; readonly children: number } {
  return { own: cpuMs(pid), children: childrenOf(pid).reduce((sum, child) => sum + cpuMs(child), 0) };
}

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}
