import { readFileSync } from "node:fs";

/** Ids of the children of a process. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

/** Resident memory of a process and its children, bytes. */
export function residentBytes(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + ownBytes(one), 0);
}

function ownBytes(pid: number): number {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0; // It ended meanwhile.
  }
}
