import type { FeatureType } from "@timewell/row";
import type { EventFilter } from "../filters/event-filter.ts";

/** What an aggregate computes; NULL inputs count for COUNT alone. */
export const windowFunctions = [
  "COUNT",
  "SUM",
  "MEAN",
  "MIN",
  "MAX",
  "STDDEV",
  "FIRST",
  "LAST",
  "LAST_N",
] as const;

/** What an aggregate computes. */
export type WindowFunction = (typeof windowFunctions)[number];

/** A feature that is an aggregate of the events of one entity in a window. */
export interface WindowFeature {
  readonly function: WindowFunction;
  /** Place of its input among the event fields; undefined for COUNT. */
  readonly input: number | undefined;
  /** Length of the window, µs; 0 = all events there ever were. */
  readonly windowUs: bigint;
  /** Hop of the window, µs; 0 where the window is 0. An event counts at t iff floor(t / hop) × hop − window <= event time <= t. */
  readonly hopUs: bigint;
  /** Undefined: all events count. */
  readonly filter: EventFilter | undefined;
  /** Events of LAST_N; 0 for others. */
  readonly n: number;
  /** Type of the result. */
  readonly type: FeatureType;
}
