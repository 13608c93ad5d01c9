import type { DescField } from "@bufbuild/protobuf";
import { messageOf, type Generation } from "./generation.ts";

/** The fields of an entity row in the order of their numbers, and which of them are join keys: those must be there. */
export function keyFields(generation: Generation): {
  readonly all: readonly DescField[];
  readonly keys: ReadonlySet<DescField>;
} {
  const all = messageOf(generation, "EntityRow").fields;
  const names = new Set(generation.service.selection.keys.map((key) => key.name));
  return { all, keys: new Set(all.filter((field) => names.has(field.name))) };
}
