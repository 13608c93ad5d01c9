import { join } from "node:path";
import {
  Bool,
  Field,
  Float64,
  Int32,
  Int64,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
  makeData,
  vectorFromArray,
  type DataType,
  type Data,
} from "apache-arrow";
import { expect, test } from "vitest";
import { temporaryFolder } from "./prepare.testdata.ts";
import { readParquetRows } from "./read-parquet-rows.ts";
import { writeParquet } from "./write-parquet.ts";

const timestampUtc = new TimestampMicrosecond("UTC");

function timestamps(valuesUs: readonly bigint[]): Data<TimestampMicrosecond> {
  return makeData({ type: timestampUtc, data: BigInt64Array.from(valuesUs), length: valuesUs.length });
}

function toIpc(columns: Record<string, Data<DataType>>): Uint8Array {
  const names = Object.keys(columns);
  const fields = names.map((name) => new Field(name, (columns[name] as Data).type, true));
  const length = (columns[names[0] as string] as Data).length;
  const batch = new RecordBatch(
    new Schema(fields),
    makeData({ type: new Struct(fields), length, children: Object.values(columns) }),
  );
  return RecordBatchStreamWriter.writeAll(new Table([batch, batch])).toUint8Array(true);
}

const dataOf = (values: readonly unknown[], type: DataType) => vectorFromArray(values, type).data[0] as Data;

test("writeParquet() keeps rows, columns, NULLs and microseconds over batches and chunks", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "out", "set.parquet");
  const count = 3_000;
  const numbers = Array.from({ length: count }, (_, i) => i);
  const ipc = toIpc({
    name: dataOf(
      numbers.map((i) => (i % 7 === 0 ? null : `n${i}`)),
      new Utf8(),
    ),
    at: timestamps(numbers.map((i) => 979_000_000_000_001n + BigInt(i))),
    count: dataOf(
      numbers.map((i) => (i % 5 === 0 ? null : BigInt(i))),
      new Int64(),
    ),
    mean: dataOf(
      numbers.map((i) => (i % 3 === 0 ? null : i / 3)),
      new Float64(),
    ),
    late: dataOf(
      numbers.map((i) => i % 2 === 0),
      new Bool(),
    ),
  });

  // Cut anywhere: a stream of parts promises nothing about where they end.
  const parts = [ipc.subarray(0, 13), ipc.subarray(13, 5_000), ipc.subarray(5_000)];
  expect(
    await writeParquet(
      (async function* () {
        yield* parts;
      })(),
      path,
    ),
  ).toBe(2 * count);

  const rows = await readParquetRows(path);
  const wanted = numbers.map((i) => ({
    name: i % 7 === 0 ? null : `n${i}`,
    at: 979_000_000_000_001n + BigInt(i),
    count: i % 5 === 0 ? null : BigInt(i),
    mean: i % 3 === 0 ? null : i / 3,
    late: i % 2 === 0,
  }));
  expect(rows).toEqual([...wanted, ...wanted]);
});

test("writeParquet() refuses a column of another type and leaves no file", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "set.parquet");
  const ipc = toIpc({ small: dataOf([1], new Int32()) });
  await expect(
    writeParquet(
      (async function* () {
        yield ipc;
      })(),
      path,
    ),
  ).rejects.toThrow(/column small/);
  await expect(readParquetRows(path)).rejects.toThrow(/ENOENT/);
});
