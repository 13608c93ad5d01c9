import type { FeatureValue } from "@timewell/row";
import { compareBytes, compareText } from "../functions/compare.ts";
import type { FilterNode, FilterOperand } from "./filter-node.ts";

type Value = boolean | bigint | number | string | Uint8Array | null;

/** What a filter says of an event, read off its tree as plainly as can be; null is NULL. */
export function naiveFilter(filter: FilterNode, event: readonly FeatureValue[]): boolean | null {
  const valueOf = (operand: FilterOperand): Value =>
    operand.node === "field" ? (event[operand.field] as Value) : operand.value;
  switch (filter.node) {
    case "and":
    case "or": {
      const decisive = filter.node === "or";
      const sides = filter.args.map((arg) => naiveFilter(arg, event));
      if (sides.includes(decisive)) return decisive;
      return sides.includes(null) ? null : !decisive;
    }
    case "not": {
      const value = naiveFilter(filter.arg, event);
      return value === null ? null : !value;
    }
    case "has":
      return event[filter.field] !== null;
    case "field":
      return event[filter.field] as boolean | null;
    case "constant":
      return filter.value;
    case "in":
      return filter.list.some((element) => isEqual(valueOf(filter.value), element.value));
    case "compare": {
      const left = valueOf(filter.left);
      const right = valueOf(filter.right);
      if (filter.operator === "==") return isEqual(left, right);
      if (filter.operator === "!=") return !isEqual(left, right);
      if (left === null || right === null) return null;
      const [a, b] = comparable(left, right);
      return { "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b }[filter.operator];
    }
  }
}

function isEqual(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  const [left, right] = comparable(a, b);
  return left <= right && left >= right;
}

/** Both as something that JavaScript orders: an int and a double by their exact values. */
function comparable(a: Exclude<Value, null>, b: Exclude<Value, null>) {
  if (typeof a === "string") return [compareText(a, b as string), 0] as const;
  if (a instanceof Uint8Array) return [compareBytes(a, b as Uint8Array), 0] as const;
  return [a as number | bigint, b as number | bigint] as const;
}
