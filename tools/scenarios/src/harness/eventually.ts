import { setTimeout as sleep } from "node:timers/promises";
import { slowMachineMs } from "./slow-machine.ts";

/** Tries until `check` does not throw any more, and returns what it returned. Throws its last error after half of `slowMachineMs`. */
export async function eventually<T>(check: () => Promise<T> | T): Promise<T> {
  const deadline = performance.now() + slowMachineMs / 2;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(25);
    }
  }
}
