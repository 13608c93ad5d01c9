import type { Clock } from "./clock.ts";

/** Something to be done at a time. */
export interface Alarm {
  /** When it is due, on the monotonic clock, ms. */
  readonly dueMs: number;
  readonly ring: () => void;
}

/**
 * A timer for many waits that nearly all end before their time. It looks at all of them every `tickMs`, so that each costs no more
 * than a place in a list; an alarm rings up to one tick late.
 *
 * A list and no set: what a set leaves behind when it makes room links to all that come later, and one that the garbage collector has
 * moved to its old generation keeps every later alarm alive until that is collected, too.
 */
export class CoarseTimer {
  readonly #clock: Clock;
  readonly #tickMs: number;
  /** By place; undefined where it is free. */
  readonly #alarms: (Alarm | undefined)[] = [];
  readonly #free: number[] = [];
  #ticking = false;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  /** Rings once it is due, unless the place that is returned is cleared before. */
  add(alarm: Alarm): number {
    const place = this.#free.pop() ?? this.#alarms.length;
    this.#alarms[place] = alarm;
    if (!this.#ticking) void this.#tick();
    return place;
  }

  /** Takes an alarm away that is in its place still; an alarm that has rung or was taken away leaves its place to others. */
  clear(place: number, alarm: Alarm): void {
    if (this.#alarms[place] !== alarm) return;
    this.#alarms[place] = undefined;
    this.#free.push(place);
  }

  async #tick(): Promise<void> {
    this.#ticking = true;
    while (this.#free.length < this.#alarms.length) {
      await this.#clock.sleep(this.#tickMs);
      const nowMs = this.#clock.monotonicMs();
      for (const [place, alarm] of this.#alarms.entries()) {
        if (alarm === undefined || alarm.dueMs > nowMs) continue;
        this.clear(place, alarm);
        alarm.ring();
      }
    }
    this.#ticking = false;
  }
}
