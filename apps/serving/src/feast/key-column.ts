import { FeatureStoreError } from "@timewell/errors";
import type { KeyType, KeyWriter } from "@timewell/keys";
import type { CompiledKey } from "@timewell/model";
import { wireTypes, type WireReader } from "@timewell/row";

/** Cases of `feast.types.Value` that a key may come in, and what errors call them. */
const cases: readonly (string | undefined)[] = [
  undefined,
  "bytes_val",
  "string_val",
  "int32_val",
  "int64_val",
  "double_val",
  "float_val",
  "bool_val",
  "unix_timestamp_val",
];

const nullCase = 19;

/** Cases in which a key of each type may come: integers in either width, times in seconds. */
const allowedCases: Readonly<Record<KeyType, readonly number[]>> = {
  BOOL: [7],
  INT32: [3, 4],
  INT64: [4, 3],
  STRING: [2],
  BYTES: [1],
  TIMESTAMP: [8],
};

const secondsMax = 2n ** 63n / 1_000_000n;

/** One key of a request: a column of `feast.types.Value`, of which only the places in the request are kept. */
export class KeyColumn {
  readonly #key: CompiledKey;
  readonly #bytes: Uint8Array;
  readonly #allowed: readonly number[];
  readonly #isVarint: boolean;
  /** High half of an integer, or where text and bytes begin; by row. */
  readonly #first: Uint32Array;
  /** Low half, or where they end. */
  readonly #second: Uint32Array;

  constructor(key: CompiledKey, bytes: Uint8Array, rowCount: number) {
    this.#key = key;
    this.#bytes = bytes;
    this.#allowed = allowedCases[key.type];
    this.#isVarint = key.type !== "STRING" && key.type !== "BYTES";
    this.#first = new Uint32Array(rowCount);
    this.#second = new Uint32Array(rowCount);
  }

  /** Reads the Value that ends at `end`. INVALID_KEY where it is NULL or of another type. */
  read(reader: WireReader, end: number, row: number): void {
    const outerEnd = reader.end;
    reader.end = end;
    let found = 0;
    while (reader.at < end) {
      const tag = reader.tag();
      const number = tag >>> 3;
      if (!this.#allowed.includes(number)) {
        if (number <= nullCase) found = number;
        reader.skip(tag & 7);
        continue;
      }
      if ((tag & 7) !== (this.#isVarint ? wireTypes.varint : wireTypes.lengthDelimited))
        throw reader.malformed();
      found = number;
      if (this.#isVarint) {
        reader.varint();
        this.#first[row] = reader.high;
        this.#second[row] = reader.low;
      } else {
        const partEnd = reader.partEnd();
        this.#first[row] = reader.at;
        this.#second[row] = partEnd;
        reader.at = partEnd;
      }
    }
    reader.end = outerEnd;
    if (!this.#allowed.includes(found)) throw this.#wrongCase(found, row);
  }

  /** Hands the key of a row to a writer. */
  write(writer: KeyWriter, row: number): void {
    const first = this.#first[row]!;
    const second = this.#second[row]!;
    switch (this.#key.type) {
      case "BOOL":
        return writer.bool(first !== 0 || second !== 0);
      case "INT32":
        if (first !== (second > 0x7fffffff ? 0xffffffff : 0))
          throw this.#invalid(row, "it has more than 32 bits");
        return writer.integer(first, second);
      case "INT64":
        return writer.integer(first, second);
      case "TIMESTAMP": {
        const seconds = (BigInt(first | 0) << 32n) | BigInt(second);
        if (seconds > secondsMax || seconds < -secondsMax) throw this.#invalid(row, `a time is ${seconds} s`);
        const us = BigInt.asUintN(64, seconds * 1_000_000n);
        return writer.timestamp(Number(us >> 32n), Number(us & 0xffffffffn));
      }
      case "STRING":
        return writer.string(this.#bytes, first, second);
      case "BYTES":
        return writer.bytes(this.#bytes, first, second);
    }
  }

  /** Where a key stands, as errors say it. */
  path(row: number): string {
    return `entities.${this.#key.name}[${row}]`;
  }

  #wrongCase(found: number, row: number): FeatureStoreError {
    if (found === 0 || found === nullCase) return this.#invalid(row, "it is NULL");
    return this.#invalid(row, `got ${cases[found] ?? "a list"}, expected ${cases[this.#allowed[0]!]}`);
  }

  #invalid(row: number, problem: string): FeatureStoreError {
    const field = this.path(row);
    const { name, type } = this.#key;
    const hint = `Send ${name} as ${type}.`;
    return new FeatureStoreError("INVALID_KEY", `Cannot use key ${field}: ${problem}`, { field, hint });
  }
}
