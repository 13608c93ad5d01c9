import type { Kind } from "../kind.ts";
import { overload, type Overload, type Overloads } from "../overload.ts";
import { failed, type Result, type Value } from "../value.ts";

const int64Min = -(2n ** 63n);
/** Most numbers of one call of `math.least` or `math.greatest`. */
const countMax = 8;

/** Functions of numbers, by CEL's math extension: those alone whose results are the same on every machine. */
export const maths: Overloads = {
  "math.abs": [
    overload(["int"], "int", (a: bigint) => (a === int64Min ? failed : a < 0n ? -a : a)),
    overload(["double"], "double", Math.abs as (a: number) => number),
  ],
  "math.sign": [
    overload(["int"], "int", (a: bigint) => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
    overload(["double"], "double", Math.sign as (a: number) => number),
  ],
  "math.ceil": [overload(["double"], "double", Math.ceil as (a: number) => number)],
  "math.floor": [overload(["double"], "double", Math.floor as (a: number) => number)],
  "math.trunc": [overload(["double"], "double", Math.trunc as (a: number) => number)],
  "math.round": [overload(["double"], "double", round)],
  "math.sqrt": [overload(["double"], "double", Math.sqrt as (a: number) => number)],
  "math.isNaN": [overload(["double"], "bool", (a: number) => a !== a)],
  "math.isInf": [overload(["double"], "bool", (a: number) => a === Infinity || a === -Infinity)],
  "math.isFinite": [overload(["double"], "bool", Number.isFinite as (a: number) => boolean)],
  "math.least": extremes((a, b) => (b < a ? b : a), Math.min),
  "math.greatest": extremes((a, b) => (b > a ? b : a), Math.max),
};

/** Half away from zero. */
function round(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) < 0.5 ? whole : whole + Math.sign(value);
}

/** Two to eight numbers, or one list of them; NaN where one is. */
function extremes(
  ofInts: (a: bigint, b: bigint) => bigint,
  ofDoubles: (a: number, b: number) => number,
): Overload[] {
  const some = (kind: Kind, count: number): Kind[] => Array.from({ length: count }, () => kind);
  const counts = Array.from({ length: countMax - 1 }, (_, i) => i + 2);
  const reduced =
    <T extends Value>(choose: (a: T, b: T) => T) =>
    (values: readonly T[]): Result => {
      if (values.length === 0) return failed;
      if (values.includes(null as T)) return null;
      return values.reduce((a, b) => choose(a, b));
    };
  const int = reduced(ofInts);
  const double = reduced(ofDoubles);
  return [
    ...counts.map((count) =>
      overload(some("int", count), "int", (...values: bigint[]) => int(values), count),
    ),
    ...counts.map((count) =>
      overload(some("double", count), "double", (...values: number[]) => double(values), count),
    ),
    overload(["list<int>"], "int", int),
    overload(["list<double>"], "double", double),
  ];
}
