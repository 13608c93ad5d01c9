import type { Clock } from "./clock.ts";

/** Something to be done at a time. */
export interface Alarm {
  /** When it is due, on the monotonic clock, ms. */
  readonly dueMs: number;
  readonly ring: () => void;
}

/**
 * A timer for many waits that nearly all end before their time. It looks at all of them every `tickMs`, so that each costs no more
 * than an entry in a set; an alarm rings up to one tick late.
 */
export class CoarseTimer {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #alarms = new Set<Alarm>();
  #ticking = false;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  /** Rings once it is due, unless it is deleted before. */
  add(alarm: Alarm): void {
    this.#alarms.add(alarm);
    if (!this.#ticking) void this.#tick();
  }

  /** Takes an alarm away. */
  delete(alarm: Alarm): void {
    this.#alarms.delete(alarm);
  }

  async #tick(): Promise<void> {
    this.#ticking = true;
    while (this.#alarms.size > 0) {
      await this.#clock.sleep(this.#tickMs);
      const nowMs = this.#clock.monotonicMs();
      for (const alarm of this.#alarms) {
        if (alarm.dueMs > nowMs) continue;
        this.#alarms.delete(alarm);
        alarm.ring();
      }
    }
    this.#ticking = false;
  }
}
