import type { Vector } from "@duckdb/node-bindings";
import { isValid, validityOf } from "./raw-vector.ts";

/** Bits of rows, least first; undefined where all are ones. */
export type RowBits = Uint8Array | undefined;

/** Rows of a vector that are not NULL, neither themselves nor as a part of what is (`within`). */
export function validityWithin(vector: Vector, rows: number, within: RowBits): RowBits {
  const own = validityOf(vector, rows);
  if (own === undefined || within === undefined) return own ?? within;
  return Uint8Array.from({ length: (rows + 7) >> 3 }, (_, i) => own[i]! & within[i]!);
}

/** The bits of `rows` rows for each of their `size` elements. */
export function spreadBits(bits: RowBits, rows: number, size: number): RowBits {
  if (bits === undefined) return undefined;
  const spread = new Uint8Array((rows * size + 7) >> 3);
  for (let row = 0; row < rows; row++) {
    if (!isValid(bits, row)) continue;
    for (let i = row * size; i < (row + 1) * size; i++) spread[i >> 3]! |= 1 << (i & 7);
  }
  return spread;
}
