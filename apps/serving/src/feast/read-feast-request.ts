import { fromBinary } from "@bufbuild/protobuf";
import { feastServing, feastTypes } from "@timewell/contracts";
import { FeatureStoreError, suggest } from "@timewell/errors";
import { KeyWriter } from "@timewell/keys";
import type { NamedField } from "@timewell/model";
import { wireTypes, WireReader } from "@timewell/row";

import { checkRowCount } from "../check-row-count.ts";
import { keyErrorAt } from "../key-error-at.ts";
import { checkEntityColumns, dummyEntity, isRequestData } from "./check-entity-columns.ts";
import { encodeGroups } from "./encode-groups.ts";
import type { FeastPlan } from "./feast-plan.ts";
import type { FeastPlans, FeastSelector } from "./feast-plans.ts";
import type { FeastQuery } from "./feast-reader.ts";
import { fromFeastValue } from "./from-feast-value.ts";
import { KeyColumn } from "./key-column.ts";
import { requestInputs } from "./request-inputs.ts";
import { requestValue } from "./request-value.ts";

/** A column of the request, which the answer repeats: values as they came. */
export interface EntityColumn {
  readonly name: string;
  /** How many values it has. */
  readonly length: number;
  /** The bytes of its RepeatedValue: all that the `values` of a FeatureVector need. */
  readonly values: Uint8Array;
}

/** A request of gRPC, ready to be read from the store. */
export interface FeastRequest extends FeastQuery {
  readonly columns: readonly EntityColumn[];
  readonly fullFeatureNames: boolean;
  readonly includeVersions: boolean;
}

const typeName = feastServing.GetOnlineFeaturesRequestSchema.typeName;
const { lengthDelimited, varint } = wireTypes;
const serviceTag = (1 << 3) | lengthDelimited;
const featuresTag = (2 << 3) | lengthDelimited;
const entitiesTag = (3 << 3) | lengthDelimited;
const fullNamesTag = (4 << 3) | varint;
const contextTag = (5 << 3) | lengthDelimited;
const versionsTag = (6 << 3) | varint;
const entryKeyTag = (1 << 3) | lengthDelimited;
const entryValueTag = (2 << 3) | lengthDelimited;
const valueTag = (1 << 3) | lengthDelimited;
const knownFieldMax = 6;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const writer = new KeyWriter();
const columnsMax = 1_000;

/**
 * Reads a `feast.serving.GetOnlineFeaturesRequest` from its bytes, straight to the keys of the store; fields that the interface
 * got later are passed over. INVALID_REQUEST where the bytes are no request, INVALID_KEY naming column and row where a key is
 * wrong or missing, and the errors of `FeastPlans` and `checkEntityColumns`.
 */
export function readFeastRequest(plans: FeastPlans, bytes: Uint8Array): FeastRequest {
  const reader = new WireReader(bytes, typeName);
  const entities = new Map<string, EntityColumn>();
  const context = new Map<string, EntityColumn>();
  let service: string | undefined;
  /** Joined only once all are here: a request may have millions of them. */
  let featureParts: Uint8Array[] = [];
  let fullFeatureNames = false;
  let includeVersions = false;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === serviceTag) {
      service = text(reader, part(reader));
      featureParts = [];
    } else if (tag === featuresTag) {
      service = undefined;
      featureParts.push(part(reader));
    } else if (tag === entitiesTag) readEntry(reader, reader.partEnd(), entities);
    else if (tag === fullNamesTag) fullFeatureNames = flag(reader);
    else if (tag === versionsTag) includeVersions = flag(reader);
    else if (tag === contextTag) readEntry(reader, reader.partEnd(), context);
    else if (tag >>> 3 <= knownFieldMax) throw reader.malformed();
    else reader.skip(tag & 7);
  }
  if (service === undefined && featureParts.length === 0) throw noSelection();
  const selector = service === undefined ? featureList(reader, featureParts) : { service };
  const plan = plans.plan(selector, fullFeatureNames);
  for (const { name } of context.values()) if (!isRequestData(plan, name)) throw noRequestData(plan, name);
  const columns = [...entities.values(), ...context.values()];
  checkEntityColumns(plan, columns);
  const rowCount = columns[0]?.length ?? (plan.keys.length === 0 ? 1 : 0);
  checkRowCount(rowCount);
  const keys = encodeKeys(plan, entities, rowCount);
  const inputs = requestInputs(plan, (field) => {
    const where = context.has(field.name) ? "request_context" : "entities";
    const column = context.get(field.name) ?? entities.get(field.name);
    return column === undefined ? undefined : readValues(reader, field, column, where);
  });
  const echoed = [...entities.values()].filter(({ name }) => name !== dummyEntity);
  return { plan, rowCount, keys, inputs, columns: echoed, fullFeatureNames, includeVersions };
}

/** Request data, and keys that expressions read: seldom enough to be read as messages. */
function readValues(reader: WireReader, field: NamedField, { values }: EntityColumn, where: string) {
  let column: readonly feastTypes.Value[];
  try {
    column = fromBinary(feastTypes.RepeatedValueSchema, values).val;
  } catch {
    throw reader.malformed(); // The error of the decoder says no more.
  }
  return column.map((value, row) => {
    const place = `${where}.${field.name}[${row}]`;
    return requestValue(field, fromFeastValue(field, value, place), place);
  });
}

function part(reader: WireReader): Uint8Array {
  const end = reader.partEnd();
  const bytes = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return bytes;
}

function flag(reader: WireReader): boolean {
  reader.varint();
  return reader.low !== 0 || reader.high !== 0;
}

function text(reader: WireReader, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw reader.malformed(); // The error of the decoder says no more.
  }
}

/** Parts of one message are merged by putting them one after another; another case takes the place of the one before. */
function featureList(reader: WireReader, parts: readonly Uint8Array[]): FeastSelector {
  const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  const read = () => {
    try {
      return fromBinary(feastServing.FeatureListSchema, whole).val;
    } catch {
      throw reader.malformed(); // The error of the decoder says no more.
    }
  };
  return { bytes: whole, read };
}

/** Reads an entry of the map; of a column that is there twice the last one counts, as Protobuf has it. */
function readEntry(reader: WireReader, end: number, entities: Map<string, EntityColumn>): void {
  const requestEnd = reader.end;
  reader.end = end;
  let name = "";
  let values = reader.bytes.subarray(0, 0);
  while (reader.at < end) {
    const tag = reader.tag();
    if (tag === entryKeyTag) name = text(reader, part(reader));
    else if (tag === entryValueTag) values = part(reader);
    else reader.skip(tag & 7);
  }
  reader.end = requestEnd;
  entities.delete(name);
  entities.set(name, { name, length: countValues(values), values });
  if (entities.size > columnsMax)
    throw new FeatureStoreError("LIMIT_EXCEEDED", `Cannot read more than ${columnsMax} columns of entities`, {
      field: "entities",
      hint: "Send the join keys of the features that you ask for.",
    });
}

/** A column may hold nothing but values: its bytes become a part of the answer. */
function countValues(values: Uint8Array): number {
  const reader = new WireReader(values, typeName);
  let count = 0;
  while (reader.at < reader.end) {
    if (reader.tag() !== valueTag) throw reader.malformed();
    reader.at = reader.partEnd();
    count++;
  }
  return count;
}

function encodeKeys(plan: FeastPlan, entities: ReadonlyMap<string, EntityColumn>, rowCount: number) {
  const columns = plan.keys.map((key) => {
    const { values } = entities.get(key.name)!;
    const column = new KeyColumn(key, values, rowCount);
    const reader = new WireReader(values, typeName);
    for (let row = 0; row < rowCount; row++) {
      reader.tag();
      column.read(reader, reader.partEnd(), row);
    }
    return column;
  });
  return encodeGroups(plan, rowCount, (group, row) => {
    let slot = 0;
    try {
      writer.begin();
      for (slot of group) columns[slot]!.write(writer, row);
      return writer.finish();
    } catch (error) {
      throw keyErrorAt(error, columns[slot]?.path(row) ?? `entities[${row}]`);
    }
  });
}

function noSelection(): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_REQUEST",
    "Cannot tell what to read: neither feature_service nor features is set",
    { field: "kind", hint: "Name a feature service, or features like view:feature." },
  );
}

function noRequestData({ requestData }: FeastPlan, name: string): FeatureStoreError {
  const where = `request_context.${name.slice(0, 64)}`;
  const names = requestData.map((field) => field.name);
  return new FeatureStoreError("INVALID_REQUEST", `Cannot use ${where}: there is no such request data`, {
    field: where,
    hint:
      names.length === 0
        ? "These features need no request data: leave it out."
        : suggest(name.slice(0, 64), names, "request data"),
  });
}
