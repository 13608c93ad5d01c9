import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "./clock.ts";

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock for tests and replays: time stands still until `advance`. */
export class ManualClock implements Clock {
  private elapsedMs = 0;
  private readonly startUs: bigint;
  private readonly sleepers = new Set<Sleeper>();

  /** Starts at `startUs`, µs UTC; by default 2026-01-01T00:00:00Z. */
  constructor(startUs = 1_767_225_600_000_000n) {
    this.startUs = startUs;
  }

  nowUs(): bigint {
    return this.startUs + BigInt(Math.round(this.elapsedMs * 1000));
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        this.sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const wake = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const sleeper = { dueMs: this.elapsedMs + Math.max(0, delayMs), wake };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.sleepers.add(sleeper);
    });
  }

  /**
   * Moves time forward by `delayMs` and wakes each sleeper at its own time, in order. Code that a sleeper runs gets an
   * event-loop turn before time goes on, so that a loop of sleeps runs as often as it would have.
   */
  async advance(delayMs: number): Promise<void> {
    const untilMs = this.elapsedMs + delayMs;
    await turn();
    for (;;) {
      const next = this.nextDue(untilMs);
      if (next === undefined) break;
      this.elapsedMs = next.dueMs;
      this.sleepers.delete(next);
      next.wake();
      await turn();
    }
    this.elapsedMs = untilMs;
  }

  private nextDue(untilMs: number): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.sleepers) {
      if (sleeper.dueMs <= untilMs && (next === undefined || sleeper.dueMs < next.dueMs)) next = sleeper;
    }
    return next;
  }
}
