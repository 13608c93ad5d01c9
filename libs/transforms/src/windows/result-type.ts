import type { FeatureType } from "@timewell/row";
import type { WindowFunction } from "./window-feature.ts";

const numbers: readonly FeatureType[] = ["INT32", "INT64", "FLOAT", "DOUBLE"];
const scalars: readonly FeatureType[] = [...numbers, "BOOL", "STRING", "BYTES", "TIMESTAMP"];

const inputsOf: Readonly<Record<WindowFunction, readonly FeatureType[]>> = {
  COUNT: [],
  SUM: numbers,
  MEAN: numbers,
  MIN: [...numbers, "TIMESTAMP"],
  MAX: [...numbers, "TIMESTAMP"],
  STDDEV: numbers,
  FIRST: scalars,
  LAST: scalars,
  LAST_N: scalars,
};

/** Types of the inputs that a function takes; none for COUNT. */
export function windowInputTypes(name: WindowFunction): readonly FeatureType[] {
  return inputsOf[name];
}

/** Type of what a function makes of an input of a type that it takes; undefined stands for no input. */
export function windowResultType(name: WindowFunction, input: FeatureType | undefined): FeatureType {
  if (name === "COUNT") return "INT64";
  if (name === "MEAN" || name === "STDDEV") return "DOUBLE";
  if (name === "SUM") return input === "INT32" || input === "INT64" ? "INT64" : "DOUBLE";
  return name === "LAST_N" ? (`${input!}_LIST` as FeatureType) : input!;
}
