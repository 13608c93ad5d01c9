import { equal, isIn, sizeOf } from "./functions/compare.ts";
import type { Run } from "./compile-context.ts";
import { elementKindOf, unite, type Kind } from "./kind.ts";
import { overload, type Overload } from "./overload.ts";
import { failed, type Value } from "./value.ts";

/** A signature that depends on the kinds that it is called with; undefined where it does not take them. */
export type Generic = (kinds: readonly Kind[]) => Overload | undefined;

/** Functions of values of any kind. */
export const generics: Readonly<Record<string, Generic>> = {
  "_==_": (kinds) => equality(kinds, (a, b) => equal(a, b)),
  "_!=_": (kinds) => equality(kinds, (a, b) => !equal(a, b)),
  "@in": membership,
  "_[_]": element,
  "_+_": concatenation,
  size,
  ".size": size,
};

/** Equality is never NULL: NULL equals NULL alone. */
function equality([a, b]: readonly Kind[], holds: (a: Value, b: Value) => boolean) {
  if (a === undefined || b === undefined || !areComparable(a, b)) return undefined;
  const run = ([left, right]: readonly Run[]): Run => {
    return (inputs) => {
      const x = left!(inputs);
      if (x === failed) return failed;
      const y = right!(inputs);
      return y === failed ? failed : holds(x, y);
    };
  };
  return { ...overload([a, b], "bool", holds), run };
}

/** `x in list`; x may be NULL, which is in a list that holds NULL. */
function membership([value, list]: readonly Kind[]) {
  const member = list && elementKindOf(list);
  if (value === undefined || member === undefined || !areComparable(value, member)) return undefined;
  const run = ([left, right]: readonly Run[]): Run => {
    return (inputs) => {
      const x = left!(inputs);
      if (x === failed) return failed;
      const values = right!(inputs);
      if (values === failed || values === null) return values;
      return isIn(x, values as readonly Value[]);
    };
  };
  return { ...overload([value, list!], "bool", isIn), run };
}

function areComparable(a: Kind, b: Kind): boolean {
  const isNumber = (kind: Kind) => kind === "int" || kind === "double";
  return unite(a, b) !== undefined || (isNumber(a) && isNumber(b));
}

function element([list, index]: readonly Kind[]) {
  const kind = list && elementKindOf(list);
  if (kind === undefined || index !== "int") return undefined;
  const call = (values: readonly Value[], at: bigint) =>
    at >= 0n && at < BigInt(values.length) ? values[Number(at)]! : failed;
  return { ...overload([list!, index], kind, call), walks: false };
}

function concatenation([a, b]: readonly Kind[]) {
  if (a === undefined || b === undefined || elementKindOf(a) === undefined) return undefined;
  const kind = elementKindOf(b) === undefined ? undefined : unite(a, b);
  if (kind === undefined) return undefined;
  return overload([a, b], kind, (left: readonly Value[], right: readonly Value[]) => [...left, ...right]);
}

function size([kind, ...others]: readonly Kind[]) {
  const isSized = kind === "string" || kind === "bytes" || (kind && elementKindOf(kind) !== undefined);
  return isSized && others.length === 0
    ? { ...overload([kind!], "int", sizeOf, 5), walks: false }
    : undefined;
}
