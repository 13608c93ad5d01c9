import type { Constraint } from "@timewell/contracts";
import { elementType, type ScalarValue } from "@timewell/row";
import { compareText, compileFullMatch } from "@timewell/transforms";
import { definitionError } from "../definition-error.ts";
import { boundValue, integerAsBigint } from "./bound-value.ts";
import type { ConstraintField } from "./constraint-field.ts";
import { showBound } from "./show-bound.ts";

/** A rule about one value that is not NULL. */
export interface FieldRule {
  /** What must hold, for people: `at least -60`. */
  readonly text: string;
  readonly holds: (value: ScalarValue) => boolean;
}

/** Most values of a set. */
const setValuesMax = 1_000;

type Rule<Case extends Constraint["rule"]["case"]> = Extract<Constraint["rule"], { case: Case }>["value"];

const rangeTypes = new Set(["INT32", "INT64", "FLOAT", "DOUBLE", "TIMESTAMP", "STRING"]);

/** Compiles `range`: both ends count, text compares by code points, NaN lies in no range. */
export function rangeRule(rule: Rule<"range">, field: ConstraintField, path: string): FieldRule {
  if (!rangeTypes.has(field.type)) throw wrongType(field, path, "numbers, TIMESTAMP and STRING");
  const min = rule.min && boundValue(rule.min, field, `${path}.min`);
  const max = rule.max && boundValue(rule.max, field, `${path}.max`);
  if (min === undefined && max === undefined)
    throw definitionError(path, "it has no end", "Give it a least or a greatest value.");
  for (const [name, end] of Object.entries({ min, max })) {
    if (!Number.isNaN(end)) continue;
    throw definitionError(
      `${path}.${name}`,
      "NaN is no end of a range",
      "Leave it out, or give it a number.",
    );
  }
  if (min !== undefined && max !== undefined && compare(min, max) > 0) {
    const problem = `its least value ${showBound(min, field.type)} is above its greatest ${showBound(max, field.type)}`;
    throw definitionError(path, problem, "Swap them.");
  }
  const ends = [
    ...(min === undefined ? [] : [`at least ${showBound(min, field.type)}`]),
    ...(max === undefined ? [] : [`at most ${showBound(max, field.type)}`]),
  ];
  return {
    text: ends.join(" and "),
    holds: (value) =>
      !Number.isNaN(value) &&
      (min === undefined || compare(value, min) >= 0) &&
      (max === undefined || compare(value, max) <= 0),
  };
}

/** Compiles `one_of`. */
export function setRule(rule: Rule<"oneOf">, field: ConstraintField, path: string): FieldRule {
  if (elementType(field.type) !== field.type) throw wrongType(field, path, "single values");
  const count = rule.values.length;
  if (count < 1) throw definitionError(path, "it has no values", "Give it at least 1.");
  if (count > setValuesMax) {
    const problem = `got ${count} values, at most ${setValuesMax} are allowed`;
    throw definitionError(path, problem, "Check it by an expression or a range.", "LIMIT_EXCEEDED");
  }
  const values = rule.values.map((value, i) => boundValue(value, field, `${path}.values[${i}]`));
  const known = new Set(values.map(setKey));
  return {
    text: `one of ${values.map((value) => showBound(value, field.type)).join(", ")}`,
    holds: (value) => known.has(setKey(integerAsBigint(value, field.type))),
  };
}

/** Compiles `matches`. */
export function matchRule(pattern: string, field: ConstraintField, path: string): FieldRule {
  if (field.type !== "STRING") throw wrongType(field, path, "STRING");
  const holds = compileFullMatch({ path, text: pattern });
  return { text: `text that matches ${JSON.stringify(pattern)}`, holds: (value) => holds(value as string) };
}

function wrongType({ name, type }: ConstraintField, path: string, wanted: string) {
  const problem = `it is about ${name} of type ${type}, expected ${wanted}`;
  return definitionError(path, problem, "Use another rule, for example a predicate.");
}

/** Numbers compare as numbers, also across bigint and number. */
function compare(a: ScalarValue, b: ScalarValue): number {
  if (typeof a === "string") return compareText(a, b as string);
  return a < b ? -1 : a > b ? 1 : 0;
}

function setKey(value: ScalarValue): ScalarValue {
  return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
}
