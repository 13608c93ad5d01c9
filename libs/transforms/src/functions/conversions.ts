import { isTime } from "@timewell/ttl";
import { overload, type Overloads } from "../overload.ts";
import { failed } from "../value.ts";
import { floorDivide } from "./floor-divide.ts";
import { parseDurationText } from "./parse-duration-text.ts";
import { parseTimeText, showTime } from "./time-text.ts";

const secondUs = 1_000_000n;
/** The doubles next to the bounds of 64 bits are out of range, as they may stand for integers that are. */
const int64Bound = 2 ** 63;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const same = (value: never): never => value;

/** Conversions from one kind to another. A text that does not say a value of the kind fails. */
export const conversions: Overloads = {
  int: [
    overload(["int"], "int", same),
    overload(["double"], "int", (a: number) =>
      a > -int64Bound && a < int64Bound ? BigInt(Math.trunc(a)) : failed,
    ),
    overload(["string"], "int", intOf, 5),
    overload(["timestamp"], "int", (a: bigint) => floorDivide(a, secondUs)),
  ],
  double: [
    overload(["double"], "double", same),
    overload(["int"], "double", (a: bigint) => Number(a)),
    overload(["string"], "double", doubleOf, 5),
  ],
  bool: [
    overload(["bool"], "bool", same),
    overload(["string"], "bool", (a: string) => booleans.get(a) ?? failed, 5),
  ],
  string: [
    overload(["string"], "string", same),
    overload(["bool"], "string", String as (a: boolean) => string, 5),
    overload(["int"], "string", String as (a: bigint) => string, 5),
    overload(["double"], "string", String as (a: number) => string, 5),
    overload(["bytes"], "string", textOf, 5),
    overload(["timestamp"], "string", showTime, 5),
  ],
  bytes: [
    overload(["bytes"], "bytes", same),
    overload(["string"], "bytes", (a: string) => encoder.encode(a), 5),
  ],
  timestamp: [
    overload(["timestamp"], "timestamp", same),
    overload(["string"], "timestamp", parseTimeText, 5),
    overload(["int"], "timestamp", (a: bigint) => (isTime(a * secondUs) ? a * secondUs : failed)),
  ],
  duration: [
    overload(["duration"], "duration", same),
    overload(["string"], "duration", parseDurationText, 5),
  ],
};

const booleans = new Map([
  ...["true", "True", "TRUE", "t", "1"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE", "f", "0"].map((text) => [text, false] as const),
]);

function intOf(text: string): bigint | typeof failed {
  if (!/^[+-]?[0-9]{1,40}$/.test(text)) return failed;
  const value = BigInt(text.replace(/^\+/, ""));
  return BigInt.asIntN(64, value) === value ? value : failed;
}

function doubleOf(text: string): number | typeof failed {
  if (/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text)) return Number(text);
  return text === "NaN" ? NaN : /^[+-]?Infinity$/.test(text) ? Number(text) : failed;
}

function textOf(bytes: Uint8Array): string | typeof failed {
  try {
    return decoder.decode(bytes);
  } catch {
    // Not UTF-8: that is the answer.
    return failed;
  }
}
