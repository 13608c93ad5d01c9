import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchReader,
  Schema,
  Struct,
  TimestampMicrosecond,
  TimestampMillisecond,
  type DataType,
} from "apache-arrow";
import { afterAll, describe, expect, test } from "vitest";
import { readTableFile } from "./read-table-file.ts";
import { writeParquetFile } from "./write-parquet-file.ts";

const folder = mkdtempSync(join(tmpdir(), "timewell-table-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const limits = { tempDirectory: folder, memoryLimitBytes: 128 * 2 ** 20 };

async function query(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const result = await connection.runAndReadAll(sql);
    return result.getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function batchOf(
  columns: Readonly<Record<string, readonly [DataType, BigInt64Array | Float64Array]>>,
): RecordBatch {
  const children = Object.values(columns).map(([type, data]) =>
    makeData({ type: type as Int64, length: data.length, nullCount: 0, data: data as BigInt64Array }),
  );
  const schema = new Schema(Object.keys(columns).map((name, i) => new Field(name, children[i]!.type, true)));
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: children[0]!.length, nullCount: 0, children }));
}

async function* many(batch: RecordBatch, count: number) {
  for (let i = 0; i < count; i++) yield batch;
}

describe("writeParquetFile()", () => {
  test("writes times with a zone, and those that are named, as UTC; others as they are", async () => {
    const path = join(folder, "times.parquet");
    const batch = batchOf({
      zoned: [new TimestampMicrosecond("UTC"), BigInt64Array.of(980_953_200_123_456n)],
      elsewhere: [new TimestampMillisecond("Europe/Zurich"), BigInt64Array.of(980_953_200_123n)],
      named: [new TimestampMicrosecond(null), BigInt64Array.of(-1n)],
      naive: [new TimestampMicrosecond(null), BigInt64Array.of(0n)],
    });
    const batches = many(batch, 1);
    await writeParquetFile({ path, schema: batch.schema, batches, utcColumns: ["named"], ...limits });
    const kinds = await query(
      `SELECT name, logical_type FROM parquet_schema('${path}') WHERE type = 'INT64'`,
    );
    const isUtc = kinds.map(([name, kind]) => [name, /isAdjustedToUTC=(true|1)/.test(String(kind))]);
    expect(isUtc).toEqual([
      ["zoned", true],
      ["elsewhere", true],
      ["named", true],
      ["naive", false],
    ]);
    const rows = await query(`SELECT epoch_us(zoned), epoch_us(elsewhere), epoch_us(named) FROM '${path}'`);
    expect(rows).toEqual([["980953200123456", "980953200123000", "-1"]]);
  });

  test("keeps the order of many rows in little memory, and leaves nothing else behind", async () => {
    const path = join(folder, "many.parquet");
    const rows = 65_536;
    const batch = batchOf({
      a: [new Int64(), BigInt64Array.from({ length: rows }, (_, i) => BigInt(i))],
      b: [new Int64(), BigInt64Array.from({ length: rows }, (_, i) => BigInt(i) * 7_919n)],
    });
    const small = { ...limits, memoryLimitBytes: 64 * 2 ** 20 };
    expect(await writeParquetFile({ path, schema: batch.schema, batches: many(batch, 16), ...small })).toBe(
      rows * 16,
    );
    const [found] = await query(
      `SELECT count(*), count(*) FILTER (WHERE a = file_row_number % ${rows}) FROM read_parquet('${path}', file_row_number = true)`,
    );
    expect(found).toEqual([String(rows * 16), String(rows * 16)]);
    expect(readdirSync(folder).filter((name) => !name.endsWith(".parquet"))).toEqual([]);
  });

  test("keeps the sign of zero among many zeros", async () => {
    const path = join(folder, "zeros.parquet");
    const rows = 65_536;
    // As whole numbers: one in 64 has the bits of -0.
    const bits = BigInt64Array.from({ length: rows }, (_, i) => (i % 64 === 1 ? -(2n ** 63n) : 0n));
    const zeros = new Float64Array(bits.buffer);
    const batch = batchOf({ zero: [new Float64(), zeros] });
    await writeParquetFile({ path, schema: batch.schema, batches: many(batch, 12), ...limits });
    const negative = "count(*) FILTER (WHERE CAST(zero AS VARCHAR) = '-0.0')";
    expect(await query(`SELECT ${negative} FROM '${path}'`)).toEqual([[String((rows / 64) * 12)]]);
  });

  test("refuses a column that Parquet has no type for, by name", async () => {
    const inner = new Struct([new Field("x", new Int64(), true)]);
    const schema = new Schema([new Field("nested", inner, true)]);
    const file = {
      path: join(folder, "no.parquet"),
      schema,
      batches: many(batchOf({ x: [new Int64(), BigInt64Array.of(0n)] }), 0),
      ...limits,
    };
    await expect(writeParquetFile(file)).rejects.toThrow("Cannot write column nested to Parquet");
  });
});

describe("readTableFile()", () => {
  test("reads batches of a Parquet file in file order, and what Arrow has no type for as text", async () => {
    const path = join(folder, "source.parquet");
    await query(
      `COPY (SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'n' || i END AS t, uuid() AS u FROM range(200000) r(i)) TO '${path}'`,
    );
    const reader = await RecordBatchReader.from(readTableFile({ path, format: "parquet", ...limits }));
    await reader.open();
    let next = 0n;
    for await (const batch of reader) {
      const [i, t, u] = [0, 1, 2].map((column) => batch.getChildAt(column)!);
      for (let row = 0; row < batch.numRows; row += 997) {
        const expected = next + BigInt(row);
        expect(i!.get(row)).toBe(expected);
        expect(t!.get(row)).toBe(expected % 3n === 0n ? null : `n${expected}`);
        expect(u!.get(row)).toMatch(/^[0-9a-f-]{36}$/);
      }
      next += BigInt(batch.numRows);
    }
    expect(next).toBe(200_000n);
  });
});
