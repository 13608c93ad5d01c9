/** How long a property of stories may take, ms. */
export const storyTimeoutMs = Number(process.env.TIMEWELL_RUNS_TIMEOUT_MS ?? 600_000);

/** How many stories are told: `TIMEWELL_RUNS`, else `byDefault`; `SEED` tells the same again. */
export function storyRuns(byDefault: number) {
  const { TIMEWELL_RUNS: runs, SEED: seed } = process.env;
  return {
    numRuns: Number(runs ?? byDefault),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    // A story that is still being shrunk is printed before the time is over.
    interruptAfterTimeLimit: storyTimeoutMs * 0.9,
    markInterruptAsFailure: true,
  };
}
