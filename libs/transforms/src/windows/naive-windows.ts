import type { FeatureValue, ScalarValue } from "@timewell/row";
import type { TileEvent } from "./event-values.ts";
import type { WindowFeature, WindowFunction } from "./window-feature.ts";

/**
 * The answers at an instant, µs UTC, as plainly as can be: the rule of semantics 11 over a whole history, in any order. Tests compare
 * everything else with it. Events that were not available at the instant are the caller's to leave out.
 */
export function naiveWindows(
  features: readonly WindowFeature[],
  events: readonly TileEvent[],
  atUs: bigint,
): FeatureValue[] {
  const ordered = [...events].sort((a, b) =>
    a.eventTimeUs === b.eventTimeUs ? (a.order < b.order ? -1 : 1) : a.eventTimeUs < b.eventTimeUs ? -1 : 1,
  );
  return features.map((feature) => {
    const counted = ordered.filter(
      (event) =>
        event.eventTimeUs <= atUs &&
        (feature.windowUs === 0n || event.eventTimeUs >= tailOf(feature, atUs)) &&
        feature.filter?.accepts(event.values) !== false,
    );
    if (feature.function === "COUNT") return BigInt(counted.length);
    const inputs = counted
      .map(({ values }) => values[feature.input!] as ScalarValue | null)
      .filter((value) => value !== null);
    const answer = naiveAggregate(feature.function, inputs, feature.n);
    // INT32 is a number in memory, and its sum an INT64.
    return feature.type === "INT64" && typeof answer === "number" ? BigInt(answer) : answer;
  });
}

function tailOf({ hopUs, windowUs }: WindowFeature, atUs: bigint): bigint {
  const rest = ((atUs % hopUs) + hopUs) % hopUs;
  return atUs - rest - windowUs;
}

/** Inputs are in order of event time. */
function naiveAggregate(name: WindowFunction, inputs: readonly ScalarValue[], n: number): FeatureValue {
  if (name === "LAST_N") return inputs.slice(-n).reverse();
  if (inputs.length === 0) return null;
  if (name === "FIRST") return inputs[0]!;
  if (name === "LAST") return inputs.at(-1)!;
  if (typeof inputs[0] === "bigint" && name !== "STDDEV") {
    const integers = inputs as readonly bigint[];
    const sum = integers.reduce((a, b) => a + b, 0n);
    if (name === "SUM") return BigInt.asIntN(64, sum) === sum ? sum : null;
    if (name === "MEAN") return Number(sum) / integers.length;
    return integers.reduce((a, b) => ((name === "MIN" ? b < a : b > a) ? b : a));
  }
  const numbers = inputs.map(Number);
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  if (name === "SUM") return numbers.reduce((a, b) => a + b, 0);
  if (name === "MEAN") return mean;
  if (name === "STDDEV") {
    return Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length);
  }
  const known = numbers.filter((number) => !Number.isNaN(number));
  if (name === "MAX") return known.length < numbers.length ? NaN : Math.max(...known) + 0;
  return known.length === 0 ? NaN : Math.min(...known) + 0;
}
