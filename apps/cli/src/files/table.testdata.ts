import {
  Binary,
  Bool,
  Field,
  Float64,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";

const rows = 3;
/** The third row is NULL everywhere. */
const nullBitmap = Uint8Array.of(0b011);
const base = { length: rows, nullCount: 1, nullBitmap } as const;

const utc = new TimestampMicrosecond("UTC");
const naive = new TimestampMicrosecond(null);
const texts = new List(new Field("item", new Utf8(), true));
const moments = new List(new Field("item", utc, true));

function textData(values: readonly string[], type: Utf8 | Binary, nulls: object) {
  const offsets = [0];
  for (const value of values) offsets.push(offsets.at(-1)! + Buffer.byteLength(value));
  const data = Buffer.from(values.join(""));
  return makeData({
    type: type as Utf8,
    ...nulls,
    length: values.length,
    valueOffsets: Int32Array.from(offsets),
    data,
  });
}

const children = [
  makeData({ type: new Int64(), ...base, data: BigInt64Array.of(2n ** 63n - 1n, -1n, 0n) }),
  textData(['a,"b"', "", ""], new Utf8(), base),
  makeData({ type: utc, ...base, data: BigInt64Array.of(980_953_200_123_456n, -1n, 0n) }),
  makeData({
    type: naive,
    length: rows,
    nullCount: 2,
    nullBitmap: Uint8Array.of(0b001),
    data: BigInt64Array.of(980_953_200_000_000n, 0n, 0n),
  }),
  makeData({ type: new Float64(), ...base, data: Float64Array.of(0.5, Number.NaN, 0) }),
  makeData({ type: new Bool(), ...base, data: Uint8Array.of(0b001) }),
  textData(["\u0001\u0002", "", ""], new Binary(), base),
  makeData({
    type: texts,
    ...base,
    valueOffsets: Int32Array.of(0, 2, 2, 2),
    child: textData(["x", "y"], new Utf8(), { nullCount: 0 }),
  }),
  makeData({
    type: moments,
    ...base,
    valueOffsets: Int32Array.of(0, 1, 1, 1),
    child: makeData({ type: utc, length: 1, nullCount: 0, data: BigInt64Array.of(1n) }),
  }),
];
const names = ["id", "name", "at", "naive", "score", "ok", "raw", "tags", "moments"];
const schema = new Schema(children.map((child, i) => new Field(names[i]!, child.type, true)));

/** A table of three rows with a column of every kind; the last row is all NULL. */
export const sampleTable = new Table([
  new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children: children as never }),
  ),
]);
