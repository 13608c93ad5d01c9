import type { DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { encodeKey, type KeyType, type KeyValue } from "@timewell/keys";
import { isTime, timeRangeText } from "@timewell/ttl";
import { compileRowCodec, type FeatureValue, type RowCodec, type RowHeader } from "@timewell/row";
import type { EncodedRows, OfflineFeature, OfflineKey, ViewHistory } from "@timewell/store-ports";
import { rawChunk } from "../vectors/raw-chunk.ts";
import { vectorOf } from "../vectors/raw-vector.ts";
import { valueReader, type ValueReader, type VectorValue } from "../vectors/value-reader.ts";

/** Stamps of a row: its header, and its created time where one is declared, µs UTC. */
export interface RowStamps extends RowHeader {
  readonly createdUs: bigint | undefined;
}

/** Encodes rows whose first columns are the keys and then the features of a view. */
export class RowEncoder {
  private readonly keys: readonly OfflineKey[];
  private readonly features: readonly OfflineFeature[];
  private readonly types: readonly DuckDBType[];
  private readonly keyTypes: readonly KeyType[];
  /** Indexes of the features that hold times. */
  private readonly timeFeatures: ReadonlySet<number>;
  private readonly codec: RowCodec;

  constructor(history: ViewHistory, types: readonly DuckDBType[]) {
    this.keys = history.keys;
    this.features = history.features;
    this.types = types;
    this.keyTypes = history.keys.map(({ type }) => type);
    this.timeFeatures = new Set(
      history.features.flatMap(({ type }, i) =>
        type === "TIMESTAMP" || type === "TIMESTAMP_LIST" ? [i] : [],
      ),
    );
    this.codec = compileRowCodec(history.features);
  }

  /** Readers of all columns of a chunk. */
  readers(chunk: DuckDBDataChunk): ValueReader[] {
    return this.types.map((type, i) => valueReader(vectorOf(rawChunk(chunk), i), type, chunk.rowCount));
  }

  /** Encodes all rows of a chunk. `place` tells where a row lies, for errors. */
  encode(
    rowCount: number,
    readers: readonly ValueReader[],
    place: (row: number) => string,
    stampsOf: (row: number) => RowStamps,
  ): EncodedRows {
    const entityKeys: Uint8Array[] = [];
    const rows: Uint8Array[] = [];
    let eventTimeMaxUs: bigint | undefined;
    let createdTimeMaxUs: bigint | undefined;
    const keys: KeyValue[] = this.keys.map(() => false);
    const values: FeatureValue[] = this.features.map(() => null);
    for (let row = 0; row < rowCount; row++) {
      const stamps = stampsOf(row);
      this.readRow(row, readers, place, keys, values);
      try {
        entityKeys.push(encodeKey(this.keyTypes, keys));
        rows.push(this.codec.encodeStored(stamps, values));
      } catch (reason) {
        throw inPlace(reason, place(row));
      }
      if (eventTimeMaxUs === undefined || stamps.eventTimeUs > eventTimeMaxUs)
        eventTimeMaxUs = stamps.eventTimeUs;
      const { createdUs } = stamps;
      if (createdUs !== undefined && (createdTimeMaxUs === undefined || createdUs > createdTimeMaxUs)) {
        createdTimeMaxUs = createdUs;
      }
    }
    return { entityKeys, rows, eventTimeMaxUs, createdTimeMaxUs };
  }

  private readRow(
    row: number,
    readers: readonly ValueReader[],
    place: (row: number) => string,
    keys: KeyValue[],
    values: FeatureValue[],
  ): void {
    for (let i = 0; i < keys.length; i++) {
      const value = readers[i]!(row);
      if (value === null) throw nullKey(place(row), this.keys[i]!.name);
      keys[i] = this.keyTypes[i] === "INT32" ? BigInt(value as number) : (value as KeyValue);
    }
    for (let i = 0; i < values.length; i++) {
      const value = readers[keys.length + i]!(row);
      if (Array.isArray(value) && hasNull(value)) throw nullElement(place(row), this.features[i]!.name);
      if (this.timeFeatures.has(i)) checkTimes(value, place, row, this.features[i]!.name);
      values[i] = value as FeatureValue;
    }
  }
}

function hasNull(value: readonly VectorValue[]): boolean {
  for (let i = 0; i < value.length; i++) if (value[i] === null) return true;
  return false;
}

/** Refuses a value, or list of values, with a time that no TIMESTAMP can be. */
function checkTimes(value: VectorValue, place: (row: number) => string, row: number, feature: string): void {
  const times = (Array.isArray(value) ? value : [value]) as readonly (bigint | null)[];
  const wrong = times.find((us) => us !== null && !isTime(us));
  if (wrong === undefined) return;
  throw new FeatureStoreError(
    "SOURCE_MISMATCH",
    `Cannot read ${place(row)}: feature ${feature} is ${wrong} µs, expected a time of ${timeRangeText}`,
    { field: feature, hint: "Mend or remove the row." },
  );
}

function nullKey(place: string, key: string): FeatureStoreError {
  return new FeatureStoreError("SOURCE_MISMATCH", `Cannot read ${place}: key ${key} is ${showValue(null)}`, {
    field: key,
    hint: "Mend or remove the row.",
  });
}

function nullElement(place: string, feature: string): FeatureStoreError {
  const problem = `Cannot read ${place}: feature ${feature} is a list with a NULL element`;
  return new FeatureStoreError("SOURCE_MISMATCH", problem, {
    field: feature,
    hint: "Leave NULL elements out, or make the whole list NULL.",
  });
}

/** Says where a row lies that cannot be encoded. A key or value that is wrong in a file is a file that does not fit. */
function inPlace(reason: unknown, place: string): FeatureStoreError {
  const error = FeatureStoreError.from(reason);
  const isWrong = error.kind === "INVALID_KEY" || error.kind === "INVALID_VALUE";
  return new FeatureStoreError(
    isWrong ? "SOURCE_MISMATCH" : error.kind,
    `Cannot read ${place}: ${error.message}`,
    {
      field: error.field,
      cause: error.cause,
    },
  );
}
