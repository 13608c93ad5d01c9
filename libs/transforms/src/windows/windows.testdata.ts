import type { FeatureType, FeatureValue, ScalarValue } from "@timewell/row";
import fc from "fast-check";
import type { ExpressionInput } from "../compile-context.ts";
import { compileEventFilter } from "../filters/compile-event-filter.ts";
import { hopOf } from "./hop-of.ts";
import { windowInputTypes, windowResultType } from "./result-type.ts";
import { windowFunctions, type WindowFeature, type WindowFunction } from "./window-feature.ts";
import type { TileEvent } from "./event-values.ts";

/** Event fields of random windowed views. */
export const eventFields: readonly (ExpressionInput & { readonly number: number })[] = (
  ["INT32", "INT64", "FLOAT", "DOUBLE", "STRING", "BYTES", "BOOL", "TIMESTAMP"] as const
).map((type, i) => ({ name: `the_${type.toLowerCase()}`, type, dimension: 0, number: i + 1 }));

/** What sums, means and deviations may be off by: 1e-12 of the sum of the absolute inputs. */
export function tolerance(feature: WindowFeature, events: readonly TileEvent[], slackFactor = 1e-12): number {
  if (feature.input === undefined) return 0;
  return events.reduce((sum, { values }) => {
    const value = values[feature.input!];
    return typeof value === "number" || typeof value === "bigint"
      ? sum + Math.abs(Number(value)) * slackFactor
      : sum;
  }, 0);
}

/** True iff an answer is what was expected, sums of doubles within a tolerance. */
export function isAnswer(
  feature: WindowFeature,
  got: FeatureValue,
  expected: FeatureValue,
  offMax: number,
): boolean {
  const isInexact = ["SUM", "MEAN", "STDDEV"].includes(feature.function) && feature.type === "DOUBLE";
  if (isInexact && typeof got === "number" && typeof expected === "number") {
    if (Number.isFinite(expected)) return Math.abs(got - expected) <= offMax;
    return Object.is(got, expected);
  }
  if (Array.isArray(got) && Array.isArray(expected)) {
    return got.length === expected.length && got.every((value, i) => isSame(value, expected[i] as never));
  }
  return isSame(got as ScalarValue | null, expected as ScalarValue | null);
}

function isSame(a: ScalarValue | null, b: ScalarValue | null): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return Object.is(a, b);
}

const minuteUs = 60_000_000n;
const windowsUs = [1n, 5n, 10n, 30n, 60n, 120n, 720n, 1_440n, 10_080n, 17_280n, 43_200n, 129_600n, 0n].map(
  (minutes) => minutes * minuteUs,
);
const filterTexts = ["", "", "the_int32 > 0", "has(event.the_double)", "the_string in ['a', ''] || the_bool"];

/** Random features over `eventFields`. */
export const windowFeatures: fc.Arbitrary<WindowFeature> = fc
  .record({
    name: fc.constantFrom(...windowFunctions),
    windowUs: fc.constantFrom(...windowsUs),
    text: fc.constantFrom(...filterTexts),
    n: fc.integer({ min: 1, max: 4 }),
    pick: fc.nat(),
  })
  .map(({ name, windowUs, text, n, pick }) => windowFeature(name, windowUs, { text, n, pick }));

/** A feature; `pick` chooses among the fields that the function takes. */
export function windowFeature(
  name: WindowFunction,
  windowUs: bigint,
  { text = "", n = 3, pick = 0 }: { text?: string; n?: number; pick?: number } = {},
): WindowFeature {
  const types: readonly FeatureType[] = windowInputTypes(name);
  const fits = eventFields.flatMap(({ type }, i) => (types.includes(type) ? [i] : []));
  const input = fits.length === 0 ? undefined : fits[pick % fits.length]!;
  return {
    function: name,
    input,
    windowUs,
    hopUs: hopOf(windowUs),
    filter: text === "" ? undefined : compileEventFilter({ path: "x", text }, eventFields),
    n: name === "LAST_N" ? n : 0,
    type: windowResultType(name, input === undefined ? undefined : eventFields[input]!.type),
  };
}

/** Not so small that its square is 0. */
const isOrdinary = (value: number) => value === 0 || Math.abs(value) > 1e-100;
const doubles = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter(isOrdinary) },
  fc.constantFrom(0, -0, 1e15, -1e15, 0.1, 1e-30),
);
const wild = fc.constantFrom(NaN, Infinity, -Infinity);

/** Values of all event fields; NULL, and now and then NaN or an infinity, among them. */
export const eventValues = (withWild: boolean): fc.Arbitrary<FeatureValue[]> => {
  const floats = withWild ? fc.oneof({ weight: 20, arbitrary: doubles }, wild) : doubles;
  return fc.tuple(
    ...[
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.oneof(fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      floats.map((value) => Math.fround(value)),
      floats,
      fc.constantFrom("", "a", "b", "Ünï"),
      fc.uint8Array({ maxLength: 3 }),
      fc.boolean(),
      fc.bigInt({ min: -1000n, max: 10n ** 15n }),
    ].map((value) => fc.option(value as fc.Arbitrary<FeatureValue>, { freq: 6 })),
  );
};

/** Distances between event times, µs: within a tile, at its edges, and beyond windows. */
export const gaps: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(0n, 1n, 4_999_999n, 5_000_000n, minuteUs, 5n * minuteUs, 60n * minuteUs, 1_440n * minuteUs),
  fc.bigInt({ min: 0n, max: 20n * minuteUs }),
  fc.bigInt({ min: 0n, max: 200n * 1_440n * minuteUs }),
);
