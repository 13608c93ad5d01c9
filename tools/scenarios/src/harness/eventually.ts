import { setTimeout as sleep } from "node:timers/promises";

/** Tries until `check` does not throw any more, and returns what it returned. Throws its last error after `timeoutMs`. */
export async function eventually<T>(timeoutMs: number, check: () => Promise<T> | T): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(25);
    }
  }
}
