import fc from "fast-check";
import { celEnv, isCelError, parse, plan, type CelInput } from "@bufbuild/cel";
import { create } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import type { FeatureValue } from "@timewell/row";
import { describe, expect, it } from "vitest";
import { compileEventFilter } from "./compile-event-filter.ts";
import type { FilterNode } from "./filter-node.ts";
import { naiveFilter } from "./naive-filter.testdata.ts";
import { events, fields, filters, filterText } from "./random-filter.testdata.ts";

const compile = (text: string) => compileEventFilter({ path: "x", text }, fields);

function celInput(value: FeatureValue, type: string): CelInput {
  if (value === null) return null;
  if (type === "INT32") return BigInt(value as number);
  if (type !== "TIMESTAMP") return value as CelInput;
  const us = value as bigint;
  const rest = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return create(TimestampSchema, { seconds: (us - rest) / 1_000_000n, nanos: Number(rest) * 1000 });
}

/** What the evaluator of the library says; false where it ends with an error. */
function celAccepts(text: string, event: readonly FeatureValue[]): boolean {
  const bindings = Object.fromEntries(
    fields.map(({ name, type }, i) => [name, celInput(event[i]!, type)] as const),
  );
  const present = Object.fromEntries(Object.entries(bindings).filter(([, value]) => value !== null));
  const result = plan(celEnv(), parse(text))({ ...bindings, event: present as never });
  return !isCelError(result) && result === true;
}

/** The parser drops them. */
function withoutDoubleNots(tree: FilterNode): FilterNode {
  if (tree.node === "not") {
    const arg = withoutDoubleNots(tree.arg);
    return arg.node === "not" ? arg.arg : { node: "not", arg };
  }
  if (tree.node !== "and" && tree.node !== "or") return tree;
  return { ...tree, args: [withoutDoubleNots(tree.args[0]), withoutDoubleNots(tree.args[1])] };
}

describe("compileEventFilter()", () => {
  it("gives the tree that was written, and accepts what the tree and CEL say is true", () => {
    const property = fc.property(filters, fc.array(events, { minLength: 1, maxLength: 8 }), (tree, rows) => {
      const text = filterText(tree);
      const filter = compile(text);
      expect(filter.tree).toEqual(withoutDoubleNots(tree));
      for (const row of rows) {
        expect(filter.accepts(row), text).toBe(naiveFilter(tree, row) === true);
        expect(filter.accepts(row), text).toBe(celAccepts(text, row));
      }
    });
    fc.assert(property, { numRuns: Number(process.env["TIMEWELL_RUNS"] ?? 200) });
  });

  it("reads a field by its name, and by event.name", () => {
    const row = [true, null, 5n, null, null, null, null, null];
    expect(compile("event.the_int64 == the_int64").accepts(row)).toBe(true);
    expect(compile("event.the_int64 > 4").fields).toEqual([2]);
  });

  it.each([
    ["the_int64 + 1 > 2", "filters do not have this"],
    ["the_string.size() > 2", "filters do not have this"],
    ["the_bool ? the_bool : the_bool", "filters do not have this"],
    ["[1, 2].exists(x, x == the_int64)", "filters do not have this"],
    ["the_int64 in [the_int64]", "the list of in has a field"],
    ["the_int64", "expected bool"],
    ["the_str == 'a'", "there is no the_str"],
    ["the_int64 > 'a'", "> does not take int and string"],
    ["true", "it reads no event field"],
    ["timestamp('x') < the_timestamp", "this is not a time"],
  ])("refuses %s", (text, problem) => {
    expect(() => compile(text)).toThrow(problem);
  });
});
