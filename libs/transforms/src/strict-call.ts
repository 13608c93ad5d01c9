import type { Run } from "./compile-context.ts";
import type { Overload } from "./overload.ts";
import { failed, type Content } from "./value.ts";

/** Calls a function with values: what failed stays failed, and what is NULL makes the result NULL. */
export function strictCall({ call }: Overload, runs: readonly Run[]): Run {
  const [first, second] = runs;
  if (runs.length === 1) {
    return (inputs) => {
      const a = first!(inputs);
      return a === null || a === failed ? a : call(a);
    };
  }
  if (runs.length === 2) {
    return (inputs) => {
      const a = first!(inputs);
      if (a === failed) return failed;
      const b = second!(inputs);
      if (b === failed) return failed;
      return a === null || b === null ? null : call(a, b);
    };
  }
  return (inputs) => {
    const values: Content[] = [];
    let isNull = false;
    for (const run of runs) {
      const value = run(inputs);
      if (value === failed) return failed;
      if (value === null) isNull = true;
      else values.push(value);
    }
    return isNull ? null : call(...values);
  };
}
