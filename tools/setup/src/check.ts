import type { Runner } from "./runner.ts";

/** A check that either holds or not, and counts as one test. */
export function check(name: string, remedy: string, holds: () => Promise<boolean>): Runner {
  return {
    name,
    remedy,
    run: async () => ((await holds()) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
  };
}
