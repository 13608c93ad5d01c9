import type { Value } from "@timewell/contracts";

/** A value as answers hold it: INT64 and TIMESTAMP (µs UTC) are bigint, lists are arrays, NULL is null. */
export type AnswerValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly (boolean | number | bigint | string | Uint8Array)[];

/** The plain form of a value. */
export function fromValue(value: Value | undefined): AnswerValue {
  const kind = value?.kind;
  if (kind === undefined || kind.case === undefined) return null;
  return typeof kind.value === "object" && "v" in kind.value ? kind.value.v : kind.value;
}
