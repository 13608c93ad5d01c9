import type { Value } from "@timewell/contracts";

/** The name of a set case of `Value.kind`. */
export type ValueCase = NonNullable<Value["kind"]["case"]>;
