import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/**
 * The machine's clock. `nowUs` has steps of a microsecond and follows every change of the wall clock: it always lies in the
 * millisecond that this shows.
 */
export function systemClock(): Clock {
  let shiftUs = 0;
  function nowUs(): bigint {
    const leastUs = Date.now() * 1000;
    const us = Math.floor((performance.timeOrigin + performance.now()) * 1000 + shiftUs);
    const wallUs = Math.min(Math.max(us, leastUs), leastUs + 999);
    shiftUs += wallUs - us;
    return BigInt(wallUs);
  }
  return {
    nowUs,
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
