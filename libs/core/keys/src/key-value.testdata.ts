import fc from "fast-check";
import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import { keyTypes, type KeyType, type KeyValue } from "./key-type.ts";

const int64Least = -(2n ** 63n);
const int64Greatest = 2n ** 63n - 1n;

const int64 = fc.oneof(
  fc.bigInt({ min: int64Least, max: int64Greatest }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.constantFrom(int64Least, int64Least + 1n, -1n, 0n, 1n, 2n ** 32n, int64Greatest),
);

const time = fc.oneof(
  fc.bigInt({ min: timeMinUs, max: timeMaxUs }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.constantFrom(timeMinUs, timeMinUs + 1n, -1n, 0n, 1n, 2n ** 32n, timeMaxUs),
);

const int32 = fc.oneof(fc.integer().map(BigInt), fc.constantFrom(-(2n ** 31n), -1n, 0n, 1n, 2n ** 31n - 1n));

/** Few different characters, so that prefixes and neighbours are common: NUL, braces, two to four bytes, BMP end. */
const unit = fc.constantFrom(
  "\0",
  "a",
  "b",
  "{",
  "}",
  "\u007f",
  "é",
  "€",
  "\ufeff",
  "\uffff",
  "𝄞",
  "\u{10ffff}",
);
const text = fc.oneof(fc.string({ unit, maxLength: 6 }), fc.string({ unit: "binary", maxLength: 20 }));

const byte = fc.oneof(fc.constantFrom(0, 1, 0x7b, 0x7d, 0xfe, 0xff), fc.nat(255));
const bytes = fc.array(byte, { maxLength: 12 }).map((list) => Uint8Array.from(list));

/** Values of each key type, the awkward ones often. */
export const keyValues: Record<KeyType, fc.Arbitrary<KeyValue>> = {
  BOOL: fc.boolean(),
  INT32: int32,
  INT64: int64,
  STRING: text,
  BYTES: bytes,
  TIMESTAMP: time,
};

/** Types of a composite key of 1 … 8 parts. */
export const keyTypeTuples = fc.array(fc.constantFrom(...keyTypes), { minLength: 1, maxLength: 8 });

/** A tuple of values of the given types. */
export function keyTuples(types: readonly KeyType[]): fc.Arbitrary<KeyValue[]> {
  return fc.tuple(...types.map((type) => keyValues[type]));
}

/** Two tuples that are often equal in their first parts. */
export function keyTuplePairs(types: readonly KeyType[]): fc.Arbitrary<[KeyValue[], KeyValue[]]> {
  return fc
    .tuple(keyTuples(types), keyTuples(types), fc.nat(types.length))
    .map(([a, b, shared]) => [a, [...a.slice(0, shared), ...b.slice(shared)]]);
}

/** The natural order of tuples, in the plainest way: the twin of comparing codes. */
export function compareTuples(a: readonly KeyValue[], b: readonly KeyValue[]): number {
  for (let i = 0; i < a.length; i++) {
    const compared = compareValues(a[i]!, b[i]!);
    if (compared !== 0) return compared;
  }
  return 0;
}

function compareValues(a: KeyValue, b: KeyValue): number {
  if (typeof a === "string") return compareLists(codePoints(a), codePoints(b as string));
  if (a instanceof Uint8Array) return compareLists([...a], [...(b as Uint8Array)]);
  return a === b ? 0 : a < b ? -1 : 1;
}

function codePoints(value: string): number[] {
  return Array.from(value, (character) => character.codePointAt(0)!);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return Math.sign(a[i]! - b[i]!);
  }
  return Math.sign(a.length - b.length);
}
