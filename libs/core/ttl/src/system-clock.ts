import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/**
 * The machine's clock. `nowUs` has steps of a millisecond and follows every change of the wall clock.
 */
export function systemClock(): Clock {
  return {
    nowUs: () => BigInt(Date.now()) * 1000n,
    monotonicMs: () => performance.now(),
    sleep: async (delayMs, signal) => {
      try {
        await delay(delayMs, undefined, signal === undefined ? {} : { signal });
      } catch (cause) {
        if (signal?.aborted) throw signal.reason;
        throw cause;
      }
    },
  };
}
