import type { ScalarKind } from "../kind.ts";

/** A single value in a filter; `kind` is its static type, `null` that of the literal alone. */
export type FilterOperand =
  { readonly node: "field"; readonly field: number; readonly kind: ScalarKind } | FilterConstant;

/** A literal of a filter: a boolean, bigint (int, or µs of a timestamp), number, string, bytes or null, by its kind. */
export interface FilterConstant {
  readonly node: "constant";
  readonly kind: ScalarKind | "null";
  readonly value: boolean | bigint | number | string | Uint8Array | null;
}

/** Operators that compare two values. */
export type FilterOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/**
 * A checked filter, to be compiled into another language. `field` is the place of an event field among those it was declared
 * with. It means what CEL means:
 *
 * - `==`, `!=` and `in` are never NULL: NULL equals NULL alone. The others, and `not`, are NULL where an operand is;
 * - `and` is false where either side is, `or` true where either is, else NULL where either is;
 * - NaN equals nothing, not itself either, and every order with it is false; −0 equals 0;
 * - an int and a double compare by their exact values; texts by code points, bytes by unsigned bytes.
 *
 * An event counts where the whole is true, not where it is false or NULL.
 */
export type FilterNode =
  | { readonly node: "and" | "or"; readonly args: readonly [FilterNode, FilterNode] }
  | { readonly node: "not"; readonly arg: FilterNode }
  | { readonly node: "has"; readonly field: number }
  /** A BOOL field as a condition. */
  | { readonly node: "field"; readonly field: number; readonly kind: "bool" }
  /** `true` or `false`. */
  | { readonly node: "constant"; readonly kind: "bool"; readonly value: boolean }
  | {
      readonly node: "compare";
      readonly operator: FilterOperator;
      readonly left: FilterOperand;
      readonly right: FilterOperand;
    }
  | { readonly node: "in"; readonly value: FilterOperand; readonly list: readonly FilterConstant[] };
