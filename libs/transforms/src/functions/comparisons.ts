import type { Kind } from "../kind.ts";
import { overload, type Overload, type Overloads } from "../overload.ts";
import { compareBytes, compareText } from "./compare.ts";

/** Kinds that JavaScript orders as CEL does. An int and a double are compared by their exact values. */
const ordered: readonly (readonly [Kind, Kind])[] = [
  ["int", "int"],
  ["double", "double"],
  ["int", "double"],
  ["double", "int"],
  ["timestamp", "timestamp"],
  ["duration", "duration"],
  ["bool", "bool"],
];

function comparison(holds: (a: number, b: number) => boolean): Overload[] {
  return [
    ...ordered.map((kinds) => overload(kinds, "bool", holds)),
    overload(["string", "string"], "bool", (a: string, b: string) => holds(compareText(a, b), 0), 5),
    overload(["bytes", "bytes"], "bool", (a: Uint8Array, b: Uint8Array) => holds(compareBytes(a, b), 0), 5),
  ];
}

/** The operators < <= > >=, and negation. */
export const comparisons: Overloads = {
  "_<_": comparison((a, b) => a < b),
  "_<=_": comparison((a, b) => a <= b),
  "_>_": comparison((a, b) => a > b),
  "_>=_": comparison((a, b) => a >= b),
  "!_": [overload(["bool"], "bool", (a: boolean) => !a)],
};
