import {
  Bool,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Table,
  tableToIPC,
  TimestampMicrosecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";

/** A label row: keys that may be missing, an instant, µs UTC, and a number that many of its columns are made of. */
export interface StreamLabel {
  readonly user: bigint | null;
  readonly friend: bigint | null;
  readonly atUs: bigint;
  readonly seed: number;
}

/** Random label rows with duplicates. */
export function streamLabels(fromUs: bigint, rowsMax: number): fc.Arbitrary<StreamLabel[]> {
  const key = fc.option(fc.bigInt({ min: 0n, max: 4n }), { freq: 6 });
  return fc.array(
    fc.record({
      user: key,
      friend: key,
      atUs: fc.integer({ min: 0, max: 12 }).map((step) => fromUs + BigInt(step) * 250_000n),
      seed: fc.integer({ min: 0, max: 40 }),
    }),
    { maxLength: rowsMax },
  );
}

/** Labels with columns of many types, NULLs in all of them, as an Arrow IPC stream. */
export function arrowLabels(rows: readonly StreamLabel[]): Uint8Array {
  const made = <T>(make: (seed: number) => T) =>
    rows.map(({ seed }, i) => ((seed + i) % 3 === 0 ? null : make(seed)));
  return tableToIPC(
    new Table({
      id: vectorFromArray(
        rows.map((_, i) => i),
        new Int32(),
      ),
      user: vectorFromArray(
        rows.map(({ user }) => user),
        new Int64(),
      ),
      friend: vectorFromArray(
        rows.map(({ friend }) => friend),
        new Int64(),
      ),
      event_timestamp: instants(rows.map(({ atUs }) => atUs)),
      later: instants(rows.map(({ atUs, seed }) => atUs + BigInt(seed) * 50_000n)),
      amount: vectorFromArray(
        made((seed) => seed / 7),
        new Float64(),
      ),
      flag: flags(made((seed) => seed % 2 === 0)),
      word: vectorFromArray(
        made((seed) => "é".repeat(seed % 5)),
        new Utf8(),
      ),
      coded: vectorFromArray(
        made((seed) => `c${seed % 3}`),
        new Dictionary(new Utf8(), new Int32()),
      ),
      small: vectorFromArray(
        made((seed) => seed - 20),
        new Int16(),
      ),
      real: vectorFromArray(
        made((seed) => seed / 3),
        new Float32(),
      ),
      day: vectorFromArray(
        made((seed) => new Date(seed * 86_400_000)),
        new DateDay(),
      ),
      price: decimals(made((seed) => seed)),
      words: vectorFromArray(
        made((seed) => Array.from({ length: seed % 4 }, (_, i) => `w${i}`)),
        new List(new Field("item", new Utf8(), true)),
      ),
      pair: vectorFromArray(
        made((seed) => [seed, -seed]),
        new FixedSizeList(2, new Field("item", new Float32(), true)),
      ),
    }),
    "stream",
  );
}

function instants(us: readonly bigint[]): Vector {
  const type = new TimestampMicrosecond("UTC");
  return makeVector(makeData({ type, length: us.length, data: BigInt64Array.from(us) }));
}

function flags(values: readonly (boolean | null)[]): Vector {
  const bytes = Math.ceil(values.length / 64) * 8;
  const nullBitmap = new Uint8Array(bytes);
  // What lies under NULL, and behind the last row, is true here.
  const data = new Uint8Array(bytes).fill(0xff);
  values.forEach((value, i) => {
    if (value !== null) nullBitmap[i >> 3]! |= 1 << (i & 7);
    if (value === false) data[i >> 3]! &= ~(1 << (i & 7));
  });
  const nullCount = values.filter((value) => value === null).length;
  return makeVector(makeData({ type: new Bool(), length: values.length, nullCount, nullBitmap, data }));
}

function decimals(values: readonly (number | null)[]): Vector {
  const data = new Uint32Array(values.length * 4);
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  values.forEach((value, i) => {
    // What lies under NULL is not zero here.
    data[i * 4] = value ?? 77;
    if (value !== null) nullBitmap[i >> 3]! |= 1 << (i & 7);
  });
  const nullCount = values.filter((value) => value === null).length;
  return makeVector(
    makeData({ type: new Decimal(2, 10, 128), length: values.length, nullCount, nullBitmap, data }),
  );
}
