import { readFile } from "node:fs/promises";

/** The columns of the training set that the model reads: `<view or alias>__<feature>`. */
export const inputNames = [
  "origin__departures",
  "origin__mean_delay",
  "origin__share_late",
  "destination__departures",
  "destination__mean_delay",
  "destination__share_late",
  "route_daily__flights",
  "route_daily__mean_delay",
  "route_daily__p90_delay",
] as const;

/** Name of an input. */
export type InputName = (typeof inputNames)[number];

/** Values by input; null where there is none: a NULL, or a view that is not PRESENT. */
export type Inputs = Readonly<Record<InputName, number | null>>;

/** Counts are far from normally distributed, so that the model takes their logarithm. */
export const countNames: ReadonlySet<InputName> = new Set([
  "origin__departures",
  "destination__departures",
  "route_daily__flights",
]);

/** How an input enters the sum. */
export interface Weight {
  /** Of the training rows, after the logarithm. */
  readonly mean: number;
  readonly deviation: number;
  readonly weight: number;
}

/** A logistic regression over standardized inputs. */
export interface Model {
  readonly intercept: number;
  readonly inputs: Readonly<Record<InputName, Weight>>;
  /** How it was made, for people. */
  readonly training: Readonly<Record<string, string | number>>;
}

/** An input as the model reads it: count or not, standardized. What is missing counts as the mean, in training as in serving. */
export function standardize(
  name: InputName,
  value: number | null,
  { mean, deviation }: Omit<Weight, "weight">,
): number {
  if (value === null) return 0;
  return ((countNames.has(name) ? Math.log1p(value) : value) - mean) / deviation;
}

/** Probability that the flight leaves more than 15 minutes late. */
export function probabilityOf(model: Model, inputs: Inputs): number {
  let sum = model.intercept;
  for (const name of inputNames)
    sum += model.inputs[name].weight * standardize(name, inputs[name], model.inputs[name]);
  return 1 / (1 + Math.exp(-sum));
}

/** Where the model is kept; the server in Python reads the same file. */
export const modelPath = new URL("../model.json", import.meta.url);

/** Reads the model that `npm run model-server:train` wrote. */
export async function readModel(): Promise<Model> {
  return JSON.parse(await readFile(modelPath, "utf8")) as Model;
}
