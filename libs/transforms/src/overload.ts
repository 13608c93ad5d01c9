import type { Run } from "./compile-context.ts";
import type { Kind } from "./kind.ts";
import type { Content, Result } from "./value.ts";

/** One signature of a function: it is called only with values that are not NULL. */
export interface Overload {
  readonly parameters: readonly Kind[];
  readonly result: Kind;
  /** Steps of one call; those of walking over its lists come on top. */
  readonly cost: number;
  /** False where it does not walk over its lists. */
  readonly walks?: boolean;
  call(...values: Content[]): Result;
  /** Makes the call from its arguments, in place of `call`, where NULL as an argument has a meaning. */
  run?(args: readonly Run[]): Run;
}

/** Signatures by name: operators as CEL names them (`_+_`), methods with a dot before (`.startsWith`). */
export type Overloads = Readonly<Record<string, readonly Overload[]>>;

/** A signature. */
export function overload(
  parameters: readonly Kind[],
  result: Kind,
  call: (...values: never[]) => Result,
  cost = 1,
): Overload {
  return { parameters, result, cost, call: call as Overload["call"] };
}
