import type { Detail } from "../../bench.ts";
import { cpuMsOf } from "../../harness/cpu-time.ts";
import { median } from "../../harness/median.ts";
import type { JoinAnswer } from "./join-sides.ts";

/** Gathers the processor time that runs take, process by process. */
export class CpuTimes {
  readonly #times = new Map<string, number[]>();

  /** Runs a side once, and returns its rate, a second. `serverPid` is the server behind it; undefined where there is none. */
  async measure(
    side: string,
    serverPid: number | undefined,
    run: () => Promise<JoinAnswer>,
  ): Promise<number> {
    const before = serverPid === undefined ? undefined : cpuMsOf(serverPid);
    const { ms, cpuMs } = await run();
    this.#add(`${side}_process`, cpuMs);
    if (serverPid === undefined || before === undefined) return 1000 / ms;
    const after = cpuMsOf(serverPid);
    this.#add(`${side}_server`, after.own - before.own);
    if (after.children > 0) this.#add(`${side}_child`, after.children - before.children);
    return 1000 / ms;
  }

  /** The median of each process. */
  details(prefix: string): Detail[] {
    return [...this.#times].map(([process, all]) => {
      return { name: `cpu_${prefix}_${process}`, value: median(all), unit: "ms" };
    });
  }

  #add(name: string, ms: number): void {
    const all = this.#times.get(name) ?? [];
    this.#times.set(name, [...all, ms]);
  }
}
