import type { Content, Value } from "../value.ts";

/** Order of two texts by code points, as their UTF-8 bytes compare. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Order of two byte strings. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Equality of CEL: NULL equals NULL alone, NaN nothing, numbers are equal across int and double, lists by their elements. */
export function equal(a: Value, b: Value): boolean {
  if (typeof a === "bigint" && typeof b === "number") return Number(a) === b && exactly(a, b);
  if (typeof a === "number" && typeof b === "bigint") return equal(b, a);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && compareBytes(a, b) === 0;
  }
  return a.length === b.length && a.every((element, i) => equal(element, b[i]!));
}

function exactly(a: bigint, b: number): boolean {
  return a === BigInt(b);
}

/** True iff the list has an element that equals the value. */
export function isIn(value: Value, list: readonly Value[]): boolean {
  return list.some((element) => equal(element, value));
}

/** Elements of a list, bytes, or code points of a text. */
export function sizeOf(value: Content): bigint {
  if (typeof value !== "string") return BigInt((value as Uint8Array | readonly Value[]).length);
  let size = 0;
  for (const _ of value) size++;
  return BigInt(size);
}
