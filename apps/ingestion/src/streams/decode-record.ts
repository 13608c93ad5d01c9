import { StreamFormat, type StreamSource } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { type KeyValue, normalizeKeyValue } from "@timewell/keys";
import type { CompiledKey, CompiledView } from "@timewell/model";
import { type FeatureValue, normalizeFeatureValue, type RowField } from "@timewell/row";

import type { IncomingRow } from "../rows/incoming-row.ts";
import { eventTimeOf } from "./event-time-of.ts";
import { jsonReader } from "./json-reader.ts";
import { protobufReader } from "./protobuf-reader.ts";
import type { StreamRecord } from "./stream-record.ts";
import { toRaw } from "./to-raw.ts";
import type { ReadPath, ValueReader } from "./value-reader.ts";

/** Turns the records of a topic into rows of a view. */
export interface RecordDecoder {
  /** The row of a record; its event time is not checked yet. Throws what is wrong with it, naming path and value. */
  decode(record: StreamRecord): IncomingRow;
  /** The keys alone; undefined where they cannot be read. */
  keysOf(record: StreamRecord): readonly KeyValue[] | undefined;
}

type Source = Pick<CompiledView, "name" | "keys" | "input" | "definition">;

interface KeyReader {
  readonly key: CompiledKey;
  /** As messages name it. */
  readonly shown: string;
  readonly read: ReadPath;
}

interface FieldReader {
  readonly field: RowField;
  /** As messages name it. */
  readonly shown: string;
  readonly read: ReadPath;
}

/** Compiles the stream source of a view, which must have one. */
export function compileRecordDecoder(view: Source): RecordDecoder {
  const source = view.definition.streamSource!;
  const reader = source.format === StreamFormat.PROTOBUF ? protobufReader(source) : jsonReader;
  const pathOf = (name: string) =>
    Object.hasOwn(source.fieldMapping, name) ? source.fieldMapping[name]! : name;
  const place = (name: string, from: ValueReader) => ({
    shown: pathOf(name) === name ? name : `${name} (${pathOf(name)})`,
    read: from.path(pathOf(name)),
  });
  const keys = view.keys.map((key): KeyReader => ({ key, ...place(key.name, reader) }));
  const fields = view.input.features.map((field): FieldReader => ({ field, ...place(field.name, reader) }));
  // The keys of a delete lie in the record's key, by their own names.
  const keyReaders = view.keys.map((key): KeyReader => ({
    key,
    shown: key.name,
    read: jsonReader.path(key.name),
  }));
  const isDelete = deleteReader(source, reader);
  const eventTime = eventTimeReader(source, reader);

  function keysIn(record: StreamRecord): KeyValue[] {
    const { key } = record;
    if (!isEmpty(record)) return readKeys(keys, reader.parse(record.value!), reader);
    if (key === null) throw emptyRecord(view, "it has no value and no key");
    return readKeys(keyReaders, jsonReader.parse(key), jsonReader);
  }

  return {
    decode(record) {
      if (isEmpty(record)) {
        if (source.deleteField !== "" || view.definition.eventFields.length > 0)
          throw emptyRecord(view, "it has no value");
        return { keys: keysIn(record), values: [], eventTimeUs: record.timeUs, deleted: true };
      }
      const parsed = reader.parse(record.value!);
      const keyValues = readKeys(keys, parsed, reader);
      const deleted = isDelete(parsed);
      const eventTimeUs = eventTime(parsed, record);
      return {
        keys: keyValues,
        values: deleted ? [] : readFields(fields, parsed, reader),
        eventTimeUs,
        deleted,
      };
    },
    keysOf(record) {
      try {
        return keysIn(record);
      } catch {
        return undefined;
      }
    },
  };
}

function isEmpty({ value }: StreamRecord): boolean {
  return value === null || value.length === 0;
}

function readKeys(readers: readonly KeyReader[], parsed: object, { hasTextBytes }: ValueReader): KeyValue[] {
  return readers.map(({ key, shown, read }) => {
    const value = read(parsed);
    if (value === undefined || value === null)
      throw new FeatureStoreError("INVALID_KEY", `Cannot read key ${shown}: the record does not have it`, {
        field: key.name,
        hint: "Send every key of the entity, or map it to its path in the definition",
      });
    return normalizeKeyValue(key.type, toRaw(key.type, value, hasTextBytes), shown);
  });
}

function readFields(
  readers: readonly FieldReader[],
  parsed: object,
  { hasTextBytes }: ValueReader,
): FeatureValue[] {
  return readers.map(({ field, shown, read }) => {
    const value = read(parsed);
    // What most fields hold: it is normal as it is.
    if (typeof value === "number" && field.type === "DOUBLE") return value;
    return normalizeFeatureValue(field, toRaw(field.type, value, hasTextBytes), shown);
  });
}

function deleteReader({ deleteField }: StreamSource, reader: ValueReader): (parsed: object) => boolean {
  if (deleteField === "") return () => false;
  const read = reader.path(deleteField);
  return (parsed) => {
    const value = read(parsed) ?? false;
    if (typeof value === "boolean") return value;
    throw new FeatureStoreError(
      "INVALID_VALUE",
      `Cannot read ${deleteField}: got ${showValue(value)}, expected true or false`,
      { field: deleteField, hint: "Send true in records that delete" },
    );
  };
}

function eventTimeReader(
  { eventTimeField, eventTimeUnit }: StreamSource,
  reader: ValueReader,
): (parsed: object, record: StreamRecord) => bigint {
  if (eventTimeField === "") return (_, { timeUs }) => timeUs;
  const read = reader.path(eventTimeField);
  const isTimestamp = reader.isTime(eventTimeField);
  return (parsed) => eventTimeOf(read(parsed), eventTimeUnit, isTimestamp, eventTimeField);
}

function emptyRecord(view: Source, problem: string): FeatureStoreError {
  const canDelete =
    view.definition.streamSource!.deleteField === "" && view.definition.eventFields.length === 0;
  return new FeatureStoreError("INVALID_VALUE", `Cannot stream to ${view.name}: ${problem}`, {
    field: "value",
    hint: canDelete
      ? "Send a value, or the keys as a JSON object in the record's key, to delete"
      : "Send a value in every record",
  });
}
