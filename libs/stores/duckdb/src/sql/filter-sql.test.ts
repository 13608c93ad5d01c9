import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import type { FeatureValue } from "@timewell/row";
import { compileEventFilter } from "@timewell/transforms";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillTail } from "../worker/fill-tail.ts";
import type { Database } from "../worker/database.ts";
import { filterSql } from "./filter-sql.ts";

const fields = (["BOOL", "INT32", "INT64", "FLOAT", "DOUBLE", "STRING", "BYTES", "TIMESTAMP"] as const).map(
  (type, i) => ({ name: `the_${type.toLowerCase()}`, type, dimension: 0, number: i + 1 }),
);

const values: fc.Arbitrary<FeatureValue>[] = [
  fc.boolean(),
  fc.constantFrom(0, 1, -1, 3, 2 ** 31 - 1, -(2 ** 31)),
  fc.constantFrom(0n, 1n, -1n, 3n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)),
  fc.constantFrom(0, -0, 1, -1.5, 0.1, NaN, -Infinity).map(Math.fround),
  fc.constantFrom(0, -0, 1, -1.5, 0.1, 2 ** 53, 2 ** 63, -(2 ** 63), 1e300, NaN, Infinity, -Infinity),
  fc.constantFrom("", "a", "b", "é", "e\u0301", "\ufffd", "\u{1f980}", "'\"\\", "a\0b"),
  fc.constantFrom(...[[], [0], [0, 1], [127], [255]].map((bytes) => Uint8Array.from(bytes))),
  fc.constantFrom(0n, -1n, 1_000_000n, 1_700_000_000_000_001n, -62_135_596_800_000_000n),
];

/** Literals of the kinds of fields. */
const literals: Readonly<Record<string, readonly string[]>> = {
  bool: ["true", "false"],
  int: ["0", "1", "-1", "3", "9007199254740993", "9223372036854775807", "-9223372036854775808"],
  double: [
    "0.0",
    "-0.0",
    "1.0",
    "0.1",
    "-1.5",
    "9007199254740992.0",
    "9223372036854775808.0",
    "1e300",
    "-1e300",
  ],
  string: ['""', '"a"', '"é"', '"e\u0301"', '"\u{1f980}"', '"\ufffd"', '"\'"', '"a\\u0000b"'],
  bytes: ['b""', 'b"\\000"', 'b"\\177"', 'b"\\377"'],
  timestamp: ['timestamp("1970-01-01T00:00:00Z")', 'timestamp("2023-11-14T22:13:20.000001Z")'],
};
const kinds = ["bool", "int", "int", "double", "double", "string", "bytes", "timestamp"];

const operand = (kind: string) => {
  const own = fields.filter((_, i) => kinds[i] === kind).map(({ name }) => name);
  return fc.oneof(fc.constantFrom(...own), fc.constantFrom(...literals[kind]!));
};

const comparison = fc.nat({ max: fields.length - 1 }).chain((field) => {
  const kind = kinds[field]!;
  const isNumber = kind === "int" || kind === "double";
  const others = isNumber ? fc.constantFrom("int", "double") : fc.constant(kind);
  return fc
    .tuple(fc.constantFrom("==", "!=", "<", "<=", ">", ">="), others.chain(operand), fc.boolean())
    .map(([operator, other, isFlipped]) => {
      const sides = [fields[field]!.name, other];
      return (isFlipped ? sides.toReversed() : sides).join(` ${operator} `);
    });
});

const others = fc.nat({ max: fields.length - 1 }).chain((field) => {
  const name = fields[field]!.name;
  const list = fc.array(fc.constantFrom(...literals[kinds[field]!]!), { maxLength: 3 });
  return fc.oneof(
    list.map((items) => `${name} in [${items.join(", ")}]`),
    fc.constantFrom(`has(event.${name})`, `event.${name} == null`, `null != ${name}`, "the_bool"),
  );
});

const filters = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    comparison,
    others,
    tie("filter").map((filter) => `!(${filter})`),
    fc
      .tuple(tie("filter"), fc.constantFrom("&&", "||"), tie("filter"))
      .map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
  ),
})).filter;

const events = fc.array(fc.tuple(...values.map((value) => fc.option(value, { freq: 5 }))), {
  minLength: 1,
  maxLength: 30,
});

describe("filters of events in SQL", () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(":memory:");
    connection = await instance.connect();
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  it("filterSql() is true for the events that the filter accepts, for random filters and events (semantics 11)", async () => {
    const database = {
      run: (sql: string) => connection.run(sql),
      appender: (table: string) => connection.createAppender(table),
    } as unknown as Database;
    const history = { viewId: 1, keys: [], features: fields, source: undefined, segments: [], tail: [] };
    const stamps = { partition: 0, position: 1n, order: 1n, deleted: false, eventTimeUs: 0n, keys: [] };
    const property = fc.asyncProperty(
      fc.array(filters, { minLength: 8, maxLength: 20 }),
      events,
      async (texts, given) => {
        await connection.run("DROP TABLE IF EXISTS events");
        const rows = given.map((features) => ({ ...stamps, availableTimeUs: undefined, features }));
        await fillTail(database, "events", history, rows);
        const compiled = texts.map((text) => compileEventFilter({ path: "filter", text }, fields));
        const columns = fields.map((_, i) => `f${i}`);
        const conditions = compiled.map(({ tree }) => filterSql(tree, columns));
        const result = await connection.runAndReadAll(
          `SELECT ${conditions.join(", ")} FROM events ORDER BY rowid`,
        );
        const found = result.getRows().map((row) => row.map((value) => value === true));
        expect(found).toEqual(given.map((event) => compiled.map((filter) => filter.accepts(event))));
      },
    );
    await fc.assert(property, { numRuns: Number(process.env["TIMEWELL_RUNS"] ?? 100) });
  }, 60_000);
});
