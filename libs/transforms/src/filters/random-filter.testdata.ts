import type { FeatureValue } from "@timewell/row";
import fc from "fast-check";
import type { ExpressionInput } from "../compile-context.ts";
import { kindOf, type ScalarKind } from "../kind.ts";
import type { FilterConstant, FilterNode, FilterOperand } from "./filter-node.ts";

/** Event fields of random filters. */
export const fields: readonly ExpressionInput[] = (
  ["BOOL", "INT32", "INT64", "FLOAT", "DOUBLE", "STRING", "BYTES", "TIMESTAMP"] as const
).map((type) => ({ name: `the_${type.toLowerCase()}`, type, dimension: 0 }));

const texts = fc.constantFrom("", "a", "b", "é", "\ud83d\ude00", "'\"\\");
const someBytes = fc.constantFrom(...[[], [0], [1, 2], [255]].map((bytes) => Uint8Array.from(bytes)));
const ints = fc.constantFrom(0n, 1n, -1n, 2n, 3n, 2n ** 53n + 1n, -(2n ** 63n));
const doubles = fc.constantFrom(0, -0, 1, -1.5, 2, 3, 2 ** 53, 1e300);
const times = fc.constantFrom(0n, 1_000_000n, -1_000n, 1_700_000_000_000_000n);

const values: Readonly<Record<string, fc.Arbitrary<FeatureValue>>> = {
  BOOL: fc.boolean(),
  INT32: fc.constantFrom(0, 1, -1, 2, 3),
  INT64: ints,
  FLOAT: fc.constantFrom(0, -0, 1, -1.5, 2, NaN),
  DOUBLE: fc.oneof(doubles, fc.constantFrom(NaN, Infinity)),
  STRING: texts,
  BYTES: someBytes,
  TIMESTAMP: times,
};

/** Values of the fields, NULL and NaN among them. */
export const events: fc.Arbitrary<FeatureValue[]> = fc.tuple(
  ...fields.map(({ type }) => fc.option(values[type]!, { freq: 4 })),
);

const constants: Readonly<Record<ScalarKind, fc.Arbitrary<FilterConstant["value"]>>> = {
  bool: fc.boolean(),
  int: ints,
  double: doubles,
  string: texts,
  bytes: someBytes,
  timestamp: times,
  duration: fc.constant(null),
};

const isNumber = (kind: ScalarKind) => kind === "int" || kind === "double";

const fieldOf = (kind: ScalarKind): fc.Arbitrary<FilterOperand> => {
  const places = fields.flatMap(({ type }, field) => (kindOf(type) === kind ? [field] : []));
  return fc.constantFrom(...places).map((field) => ({ node: "field", field, kind }));
};
const constantOf = (kind: ScalarKind): fc.Arbitrary<FilterConstant> =>
  constants[kind].map((value) => ({ node: "constant", kind, value }));
const nullConstant: FilterConstant = { node: "constant", kind: "null", value: null };

const kinds = fc.constantFrom<ScalarKind>("bool", "int", "double", "string", "bytes", "timestamp");
const partnerOf = (kind: ScalarKind): fc.Arbitrary<ScalarKind> =>
  isNumber(kind) ? fc.constantFrom("int", "double") : fc.constant(kind);

const comparison: fc.Arbitrary<FilterNode> = kinds.chain((kind) =>
  partnerOf(kind).chain((other) =>
    fc.oneof(
      fc.record({
        node: fc.constant("compare" as const),
        operator: fc.constantFrom("==", "!=", "<", "<=", ">", ">="),
        left: fieldOf(kind),
        right: fc.oneof(constantOf(other), fieldOf(other)),
      }),
      fc.record({
        node: fc.constant("compare" as const),
        operator: fc.constantFrom("==", "!="),
        left: fieldOf(kind),
        right: fc.constant(nullConstant),
      }),
    ),
  ),
);

const membership: fc.Arbitrary<FilterNode> = kinds.chain((kind) =>
  fc.record({
    node: fc.constant("in" as const),
    value: fieldOf(kind),
    list: fc.array(fc.oneof({ arbitrary: constantOf(kind), weight: 5 }, fc.constant(nullConstant)), {
      maxLength: 4,
    }),
  }),
);

const has: fc.Arbitrary<FilterNode> = fc
  .nat({ max: fields.length - 1 })
  .map((field) => ({ node: "has", field }));

/** Trees of random filters that read a field at least. */
export const filters: fc.Arbitrary<FilterNode> = fc.letrec<{ filter: FilterNode }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    comparison,
    membership,
    has,
    fc.constant<FilterNode>({ node: "field", field: 0, kind: "bool" }),
    fc.record({ node: fc.constant("not" as const), arg: tie("filter") }),
    fc.record({
      node: fc.constantFrom("and" as const, "or" as const),
      args: fc.tuple(tie("filter"), tie("filter")),
    }),
  ),
})).filter;

/** The text of a filter. */
export function filterText(filter: FilterNode): string {
  switch (filter.node) {
    case "and":
    case "or":
      return `(${filter.args.map(filterText).join(filter.node === "and" ? " && " : " || ")})`;
    case "not":
      return `!(${filterText(filter.arg)})`;
    case "has":
      return `has(event.${fields[filter.field]!.name})`;
    case "field":
    case "constant":
      return operandText(filter);
    case "compare":
      return `(${operandText(filter.left)} ${filter.operator} ${operandText(filter.right)})`;
    case "in":
      return `(${operandText(filter.value)} in [${filter.list.map(operandText).join(", ")}])`;
  }
}

function operandText(operand: FilterOperand): string {
  if (operand.node === "field") return fields[operand.field]!.name;
  const { kind, value } = operand;
  if (kind === "double") return Object.is(value, -0) ? "-0.0" : (value as number).toExponential();
  if (kind === "string") return JSON.stringify(value);
  if (kind === "bytes") {
    const octal = [...(value as Uint8Array)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`);
    return `b"${octal.join("")}"`;
  }
  if (kind !== "timestamp") return String(value);
  return `timestamp("${new Date(Number((value as bigint) / 1000n)).toISOString()}")`;
}
