import { FeatureStoreError } from "@timewell/errors";
import type { FeatureType, FeatureValue } from "@timewell/row";
import { compileExpression, type Expression, type ExpressionInput } from "./index.ts";

/** One input of each kind, as a service declares them. */
export const inputTypes = {
  "origin.delay": "DOUBLE",
  "origin.wind": "FLOAT",
  "origin.flights": "INT64",
  "origin.gates": "INT32",
  "origin.open": "BOOL",
  "origin.city": "STRING",
  "origin.code": "BYTES",
  "origin.seen": "TIMESTAMP",
  "origin.delays": "DOUBLE_LIST",
  "origin.counts": "INT32_LIST",
  "origin.ids": "INT64_LIST",
  "origin.tags": "STRING_LIST",
  "origin.vec": "FLOAT_VECTOR",
  planned: "INT64",
  at: "TIMESTAMP",
} as const satisfies Record<string, FeatureType>;

type InputName = keyof typeof inputTypes;

/** The inputs as they are declared; the vector has 3 elements. */
export const inputs: readonly ExpressionInput[] = Object.entries(inputTypes).map(([name, type]) => ({
  name,
  type,
  dimension: (type as FeatureType) === "FLOAT_VECTOR" ? 3 : 0,
}));

/** Values that most tests start from. */
export const row: Readonly<Record<InputName, FeatureValue>> = {
  "origin.delay": 12.5,
  "origin.wind": 0.5,
  "origin.flights": 40n,
  "origin.gates": 7,
  "origin.open": true,
  "origin.city": "Zürich",
  "origin.code": new Uint8Array([1, 2]),
  "origin.seen": 1_767_225_600_123_456n,
  "origin.delays": [1.5, 2.5, 40],
  "origin.counts": [1, 2, 3],
  "origin.ids": [10n, 20n],
  "origin.tags": ["hub", "north"],
  "origin.vec": [0.5, 1.5, -2],
  planned: 30n,
  at: 1_767_229_200_000_001n,
};

/** Compiles an expression over the inputs; a vector has 3 elements. */
export function compile(text: string, type: FeatureType): Expression {
  const dimension = type === "FLOAT_VECTOR" ? 3 : 0;
  return compileExpression({ path: "x", text }, inputs, { type, dimension });
}

/** Computes an expression over `row`, some values replaced. */
export function compute(
  text: string,
  type: FeatureType,
  replaced: Partial<Record<InputName, FeatureValue>> = {},
): FeatureValue | undefined {
  return compile(text, type).compute(Object.values({ ...row, ...replaced }));
}

/** The error of an expression that is refused. */
export function refusal(text: string, type: FeatureType = "BOOL"): FeatureStoreError {
  try {
    compile(text, type);
  } catch (error) {
    if (error instanceof FeatureStoreError) return error;
    throw error;
  }
  throw new Error(`expected ${text} to be refused`);
}
