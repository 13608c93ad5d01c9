import type { FeatureValue } from "@timewell/row";
import type { TilePlan } from "./tile-plan.ts";

/** An event on its way into tiles. */
export interface TileEvent {
  /** When it happened, µs UTC. */
  readonly eventTimeUs: bigint;
  /** Breaks ties of equal event times: unsigned 64 bit, the greater is later. */
  readonly order: bigint;
  /** Values of all event fields, in their order. */
  readonly values: readonly FeatureValue[];
}

/** One event, its filters judged and its numbers taken apart once for all slots. */
export class EventValues {
  eventTimeUs = 0n;
  order = 0n;
  /** Seconds since 1970, rounded down. */
  timeS = 0;
  values: readonly FeatureValue[] = [];
  /** By place among the event fields: the value as a double, or the high half of a 64-bit integer. */
  readonly high: Float64Array;
  /** The low half of a 64-bit integer, unsigned. */
  readonly low: Float64Array;
  readonly #plan: TilePlan;
  readonly #passed: Uint8Array;
  readonly #read: readonly number[];

  constructor(plan: TilePlan) {
    this.#plan = plan;
    this.high = new Float64Array(plan.inputs.length);
    this.low = new Float64Array(plan.inputs.length);
    this.#passed = new Uint8Array(plan.filters.length);
    this.#read = [...new Set([...plan.slots.values()].map(({ input }) => input))].filter((i) => i >= 0);
  }

  /** Takes an event. */
  take({ eventTimeUs, order, values }: TileEvent): void {
    this.eventTimeUs = eventTimeUs;
    this.order = order;
    this.timeS = secondsOf(eventTimeUs);
    this.values = values;
    const { filters } = this.#plan;
    for (let f = 0; f < filters.length; f++) this.#passed[f] = filters[f]!.accepts(values) ? 1 : 0;
    for (const i of this.#read) {
      const value = values[i]!;
      if (typeof value === "number") this.high[i] = value;
      else if (typeof value === "bigint") {
        this.high[i] = Number(value >> 32n);
        this.low[i] = Number(value & 0xffff_ffffn);
      }
    }
  }

  /** True iff the event passes a filter (−1: any does) and has the input (−1: needs none). */
  counts(filter: number, input: number): boolean {
    return (filter < 0 || this.#passed[filter] === 1) && (input < 0 || this.values[input] !== null);
  }
}

/** Whole seconds of a time, rounded down. */
export function secondsOf(timeUs: bigint): number {
  const seconds = timeUs / 1_000_000n;
  return Number(timeUs < 0n && seconds * 1_000_000n !== timeUs ? seconds - 1n : seconds);
}
