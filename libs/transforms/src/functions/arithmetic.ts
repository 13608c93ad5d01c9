import { isTime } from "@timewell/ttl";
import { textUnitsMax } from "../limits.ts";
import { overload, type Overloads } from "../overload.ts";
import { failed } from "../value.ts";
import { toDuration } from "./to-duration.ts";

type Int = bigint | typeof failed;

/** Integers have 64 bits and never wrap. */
function int(value: bigint): Int {
  return BigInt.asIntN(64, value) === value ? value : failed;
}

function time(us: bigint): Int {
  return isTime(us) ? us : failed;
}

/** The operators + - * / % and the sign. */
export const arithmetic: Overloads = {
  "_+_": [
    overload(["int", "int"], "int", (a: bigint, b: bigint) => int(a + b)),
    overload(["double", "double"], "double", (a: number, b: number) => a + b),
    overload(["string", "string"], "string", concat, 5),
    overload(["timestamp", "duration"], "timestamp", (a: bigint, b: bigint) => time(a + b)),
    overload(["duration", "timestamp"], "timestamp", (a: bigint, b: bigint) => time(a + b)),
    overload(["duration", "duration"], "duration", (a: bigint, b: bigint) => toDuration(a + b)),
  ],
  "_-_": [
    overload(["int", "int"], "int", (a: bigint, b: bigint) => int(a - b)),
    overload(["double", "double"], "double", (a: number, b: number) => a - b),
    overload(["timestamp", "timestamp"], "duration", (a: bigint, b: bigint) => toDuration(a - b)),
    overload(["timestamp", "duration"], "timestamp", (a: bigint, b: bigint) => time(a - b)),
    overload(["duration", "duration"], "duration", (a: bigint, b: bigint) => toDuration(a - b)),
  ],
  "_*_": [
    overload(["int", "int"], "int", (a: bigint, b: bigint) => int(a * b)),
    overload(["double", "double"], "double", (a: number, b: number) => a * b),
  ],
  "_/_": [
    overload(["int", "int"], "int", (a: bigint, b: bigint) => (b === 0n ? failed : int(a / b))),
    overload(["double", "double"], "double", (a: number, b: number) => a / b),
  ],
  "_%_": [overload(["int", "int"], "int", (a: bigint, b: bigint) => (b === 0n ? failed : a % b))],
  "-_": [
    overload(["int"], "int", (a: bigint) => int(-a)),
    overload(["double"], "double", (a: number) => -a),
    overload(["duration"], "duration", (a: bigint) => -a),
  ],
};

function concat(a: string, b: string): string | typeof failed {
  return a.length + b.length <= textUnitsMax ? a + b : failed;
}
