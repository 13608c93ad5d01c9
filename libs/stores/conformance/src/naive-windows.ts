import type { FeatureValue } from "@timewell/row";
import type { HistoryMode } from "@timewell/store-ports";
import type { WindowFunction } from "@timewell/transforms";
import { exactDeviation, exactSum } from "./exact-sum.ts";

/** An event of one entity. */
export interface NaiveEvent {
  readonly eventTimeUs: bigint;
  readonly availableTimeUs: bigint | undefined;
  /** Places of events of one time, compared from the left. */
  readonly order: readonly bigint[];
  readonly values: readonly FeatureValue[];
}

/** An aggregate, with its filter as a function of the values of an event. */
export interface NaiveWindow {
  readonly function: WindowFunction;
  readonly input: number | undefined;
  /** 0: all events. */
  readonly windowUs: bigint;
  readonly accepts: (values: readonly FeatureValue[]) => boolean;
  readonly n: number;
  readonly type: string;
}

/** An answer, and how far from it one may be. */
export interface NaiveAnswer {
  readonly value: FeatureValue;
  /** 0: it must be the same. */
  readonly tolerance: number;
}

const secondUs = 1_000_000n;

/** Longest window and hop, seconds (semantics 11). */
const hops = [
  [600n, 5n],
  [3_600n, 60n],
  [43_200n, 300n],
  [1_036_800n, 3_600n],
  [7_776_000n, 86_400n],
] as const;

/** The hop of a window, µs. */
export function naiveHopUs(windowUs: bigint): bigint {
  if (windowUs === 0n) return 0n;
  return hops.find(([longest]) => windowUs <= longest * secondUs)![1] * secondUs;
}

/** The answer at an instant by the rule, from the whole history of an entity. */
export function naiveWindow(
  events: readonly NaiveEvent[],
  window: NaiveWindow,
  atUs: bigint,
  mode: HistoryMode,
): NaiveAnswer {
  const fromUs = tailUs(window.windowUs, atUs);
  const counted = events
    .filter(({ eventTimeUs }) => eventTimeUs <= atUs && (fromUs === undefined || eventTimeUs >= fromUs))
    .filter(({ availableTimeUs: us }) => mode === "EVENT_TIME" || (us !== undefined && us <= atUs))
    .filter(({ values }) => window.accepts(values))
    .toSorted(byTime);
  if (window.function === "COUNT") return exactly(BigInt(counted.length));
  const values = counted.map((event) => event.values[window.input!]!).filter((value) => value !== null);
  return aggregate(window, values);
}

function tailUs(windowUs: bigint, atUs: bigint): bigint | undefined {
  if (windowUs === 0n) return undefined;
  const hopUs = naiveHopUs(windowUs);
  const rest = ((atUs % hopUs) + hopUs) % hopUs;
  return atUs - rest - windowUs;
}

function byTime(a: NaiveEvent, b: NaiveEvent): number {
  const left = [a.eventTimeUs, ...a.order];
  const right = [b.eventTimeUs, ...b.order];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 ? 0 : left[at]! < right[at]! ? -1 : 1;
}

function aggregate({ function: name, n, type }: NaiveWindow, values: readonly FeatureValue[]): NaiveAnswer {
  if (name === "LAST_N") return exactly(values.slice(-n).toReversed() as unknown as FeatureValue);
  if (values.length === 0) return exactly(null);
  switch (name) {
    case "FIRST":
      return exactly(values[0]!);
    case "LAST":
      return exactly(values.at(-1)!);
    case "MIN":
      return exactly(values.reduce((a, b) => (isBelow(b, a) ? b : a)));
    case "MAX":
      return exactly(values.reduce((a, b) => (isBelow(a, b) ? b : a)));
    default:
      return type === "INT64" ? integerSum(values) : doubles(name as "SUM", values.map(Number));
  }
}

function integerSum(values: readonly FeatureValue[]): NaiveAnswer {
  const sum = values.reduce((a: bigint, b) => a + BigInt(b as bigint), 0n);
  return exactly(BigInt.asIntN(64, sum) === sum ? sum : null);
}

function doubles(name: "SUM" | "MEAN" | "STDDEV", values: readonly number[]): NaiveAnswer {
  const tolerance = 1e-12 * exactSum(values.map(Math.abs));
  if (name === "STDDEV") return { value: exactDeviation(values), tolerance };
  const sum = exactSum(values);
  return { value: name === "SUM" ? sum : sum / values.length, tolerance };
}

/** NaN counts as greatest, and −0 is below 0. */
function isBelow(a: FeatureValue, b: FeatureValue): boolean {
  if (Number.isNaN(b)) return !Number.isNaN(a);
  if (a === 0 && b === 0) return Object.is(a, -0) && !Object.is(b, -0);
  return (a as number) < (b as number);
}

function exactly(value: FeatureValue): NaiveAnswer {
  return { value, tolerance: 0 };
}
