/** Where time comes from. Passed in from `main.ts`, so that tests decide what time it is. */
export interface Clock {
  /** Wall clock, µs since the Unix epoch, UTC. */
  nowUs(): bigint;
  /** Monotonic clock for durations, ms with fractions; its zero has no meaning. */
  monotonicMs(): number;
  /** Resolves after `delayMs`, or rejects with the signal's reason when it is aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
