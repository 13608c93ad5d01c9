import type { FeatureType } from "@timewell/row";

/** Static type of a single value in an expression, by the names of CEL. */
export type ScalarKind = "bool" | "int" | "double" | "string" | "bytes" | "timestamp" | "duration";

/** Static type of a list; `list<null>` is that of `[]` and of lists of `null` alone, and fits every list. */
export type ListKind = `list<${ScalarKind | "null"}>`;

/** Static type of an expression. Any expression may be NULL; `null` is the type of the literal alone. */
export type Kind = ScalarKind | "null" | ListKind;

const kinds: Readonly<Record<FeatureType, Kind>> = {
  BOOL: "bool",
  INT32: "int",
  INT64: "int",
  FLOAT: "double",
  DOUBLE: "double",
  STRING: "string",
  BYTES: "bytes",
  TIMESTAMP: "timestamp",
  BOOL_LIST: "list<bool>",
  INT32_LIST: "list<int>",
  INT64_LIST: "list<int>",
  FLOAT_LIST: "list<double>",
  DOUBLE_LIST: "list<double>",
  STRING_LIST: "list<string>",
  BYTES_LIST: "list<bytes>",
  TIMESTAMP_LIST: "list<timestamp>",
  FLOAT_VECTOR: "list<double>",
};

/** What a feature of this type is in an expression. */
export function kindOf(type: FeatureType): Kind {
  return kinds[type];
}

/** The kind of the elements of a list; undefined for what is no list. */
export function elementKindOf(kind: Kind): ScalarKind | "null" | undefined {
  return kind.startsWith("list<") ? (kind.slice(5, -1) as ScalarKind | "null") : undefined;
}

/** The kind of a list of such elements; undefined where lists cannot hold them. */
export function listKindOf(element: Kind): ListKind | undefined {
  return element.startsWith("list<") ? undefined : (`list<${element as ScalarKind | "null"}>` as const);
}

/** The kind that covers both; undefined where none does. */
export function unite(a: Kind, b: Kind): Kind | undefined {
  if (a === b || b === "null") return a;
  if (a === "null") return b;
  const isList = elementKindOf(a) !== undefined && elementKindOf(b) !== undefined;
  if (isList && b === "list<null>") return a;
  return isList && a === "list<null>" ? b : undefined;
}
