import { loadavg } from "node:os";
import type { BenchContext } from "../bench.ts";

/** From this load average on the machine counts as busy. */
const busyLoad = 0.7;

/** Says so where the machine is busy: two cores are soon taken by something else, and the sides do not suffer alike. */
export function sayLoad({ say }: BenchContext): void {
  const [load = 0] = loadavg();
  if (load < busyLoad) return;
  say(`The machine is busy with something else (load ${load.toFixed(1)}): the numbers will say little`);
}
