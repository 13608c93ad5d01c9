import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { expect, it } from "vitest";
import { quoteText } from "./quote-text.ts";
import { quoteIdent } from "./sql-ident.ts";

const nasty = fc
  .array(fc.oneof(fc.constantFrom('"', "'", ";", "--", "/*", "\\", "$1", "\n", "SELECT"), fc.string()), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join("").replaceAll("\0", ""))
  .filter((name) => name !== "");

it("quoteIdent() and quoteText() give any name and text back through DuckDB", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await fc.assert(
    fc.asyncProperty(nasty, async (name) => {
      const result = await connection.run(`SELECT ${quoteText(name)} AS ${quoteIdent(name)}`);
      expect(result.columnNames()).toEqual([name]);
      expect(await result.getRows()).toEqual([[name]]);
    }),
    { numRuns: 1000 },
  );
});

it("quoteIdent() refuses a name with a NUL character", () => {
  expect(() => quoteIdent("a\0b")).toThrow(expect.objectContaining({ kind: "INVALID_NAME" }));
});
