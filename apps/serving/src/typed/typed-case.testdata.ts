import { create } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { DefinitionsSchema, type FeatureView, FeatureViewSchema, ValueType } from "@timewell/contracts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { encodeKey, type KeyType, type KeyValue } from "@timewell/keys";
import {
  type CompiledProject,
  type CompiledView,
  compileProject,
  planDefinitions,
  type SelectedView,
} from "@timewell/model";
import { encodeStoredRow, type FeatureValue, normalizeFeatureValue, type RowField } from "@timewell/row";
import type { OnlineWrite } from "@timewell/store-ports";
import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import fc from "fast-check";

import { onDemandFeatures, requestDataBytes } from "./on-demand-case.testdata.ts";

/** One random project with the service `typed`, what is stored for it, and requests. */
export interface TypedCase {
  readonly project: CompiledProject;
  readonly writes: readonly OnlineWrite[];
  /** Requests as bytes, in the many ways in which they may be written. */
  readonly requests: readonly Uint8Array[];
}

/** Rows are alive for this long where their view has a ttl, µs. */
export const ttlUs = 3_600_000_000n;
/** They are forgotten this long after that. */
export const graceUs = 7_200_000_000n;

const keyTypes = ["BOOL", "INT32", "INT64", "STRING", "BYTES", "TIMESTAMP"] as const;
const featureTypes = Object.values(ValueType).filter(
  (type) => typeof type === "number" && type !== ValueType.UNSPECIFIED,
);

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const time = fc.bigInt({ min: timeMinUs, max: timeMaxUs });
/** Few values, so that rows often name the same entity. */
const keyValues: Record<KeyType, fc.Arbitrary<KeyValue>> = {
  BOOL: fc.boolean(),
  INT32: fc.constantFrom(-(2n ** 31n), -1n, 0n, 7n, 2n ** 31n - 1n),
  INT64: fc.oneof(fc.constantFrom(-(2n ** 63n), -1n, 0n, 2n ** 63n - 1n), int64),
  STRING: fc.constantFrom("", "a", "}", "{b}", "\0", "é€𝄞"),
  BYTES: fc.constantFrom("", "\0\0", "}{", "ÿ").map((text) => new Uint8Array(Buffer.from(text, "latin1"))),
  TIMESTAMP: fc.oneof(fc.constantFrom(timeMinUs, -1n, 0n, timeMaxUs), time),
};

const scalars: Record<string, fc.Arbitrary<unknown>> = {
  BOOL: fc.boolean(),
  INT32: fc.integer(),
  INT64: int64,
  FLOAT: fc.float(),
  DOUBLE: fc.double(),
  STRING: fc.string({ maxLength: 150 }),
  BYTES: fc.uint8Array({ maxLength: 150 }),
  TIMESTAMP: time,
};

function featureValue({ type, dimension }: Omit<RowField, "number">): fc.Arbitrary<FeatureValue> {
  const element = scalars[type.replace(/_(LIST|VECTOR)$/, "")]!;
  if (type === "FLOAT_VECTOR")
    return fc.option(fc.array(element, { minLength: dimension, maxLength: dimension })) as never;
  return fc.option(type.endsWith("_LIST") ? fc.array(element, { maxLength: 30 }) : element) as never;
}

const views = fc.array(
  fc.record({
    entity: fc.nat(1),
    features: fc.array(fc.constantFrom(...featureTypes), { minLength: 1, maxLength: 20 }),
    later: fc.array(fc.constantFrom(...featureTypes), { maxLength: 2 }),
    hasTtl: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);
const uses = fc.array(
  fc.record({
    view: fc.nat(2),
    keySet: fc.constantFrom("a", "b"),
    features: fc.option(fc.array(fc.nat(19), { minLength: 1, maxLength: 5 })),
  }),
  { minLength: 1, maxLength: 4 },
);
const definitions = fc.record({
  entities: fc.tuple(
    fc.array(fc.constantFrom(...keyTypes), { maxLength: 3 }),
    fc.array(fc.constantFrom(...keyTypes), { minLength: 1, maxLength: 2 }),
  ),
  views,
  uses,
  requestData: fc.array(fc.constantFrom(...featureTypes), { maxLength: 3 }),
  onDemand: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 5 }),
});
type Definitions = typeof definitions extends fc.Arbitrary<infer T> ? T : never;

/** Compiles the definitions; the views get features after the service was applied, under ids from `firstViewId`. */
function compile(
  { entities, views, uses, requestData, onDemand }: Definitions,
  firstViewId: number,
): CompiledProject {
  const viewOf = (v: number, later: boolean): FeatureView => {
    const view = views[v]!;
    const types = later ? [...view.features, ...view.later] : view.features;
    const init: MessageInitShape<typeof FeatureViewSchema> = {
      name: `view_${v}x`,
      entity: `entity_${view.entity}x`,
      features: types.map((type, f) => ({
        name: `f_${f}x`,
        type,
        dimension: type === ValueType.FLOAT_VECTOR ? 3 : 0,
      })),
      ttlMs: view.hasTtl ? ttlUs / 1000n : 0n,
    };
    return create(FeatureViewSchema, init);
  };
  const dataFields = requestData.map((type, d) => ({
    name: `data_${d}x`,
    type,
    dimension: type === ValueType.FLOAT_VECTOR ? 3 : 0,
  }));
  const usesOf = uses.map((use, u) => {
    const v = use.view % views.length;
    const count = views[v]!.features.length;
    const types = entities[views[v]!.entity]!;
    const features = [...new Set((use.features ?? []).map((f) => f % count))];
    const keyName = (k: number) => `${use.keySet}_${views[v]!.entity}x_${k}x`;
    const read = features.length > 0 ? features : views[v]!.features.map((_, f) => f);
    const inputs = [
      ...read.map((f) => ({ name: `use_${u}x.f_${f}x`, type: views[v]!.features[f]! })),
      ...types.map((type, k) => ({ name: keyName(k), type: ValueType[type] })),
    ];
    const reference = {
      view: `view_${v}x`,
      alias: `use_${u}x`,
      joinKeyMapping: Object.fromEntries(types.map((_, k) => [`key_${views[v]!.entity}x_${k}x`, keyName(k)])),
      features: features.map((f) => `f_${f}x`),
    };
    return { inputs, reference };
  });
  const first = create(DefinitionsSchema, {
    entities: entities.map((types, e) => ({
      name: `entity_${e}x`,
      joinKeys: types.map((type, k) => ({ name: `key_${e}x_${k}x`, type: ValueType[type] })),
    })),
    featureViews: views.map((_, v) => viewOf(v, false)),
    featureServices: [
      {
        name: "typed",
        views: usesOf.map(({ reference }) => reference),
        requestData: dataFields,
        onDemandFeatures: onDemandFeatures(
          [...usesOf.flatMap(({ inputs }) => inputs), ...dataFields],
          onDemand,
        ),
      },
    ],
  });
  const meta = { appliedAtUs: 1n, appliedBy: "" };
  const viewIds = views.map((_, v) => firstViewId + v);
  const snapshot = planDefinitions(undefined, "default", first).build({ viewIds, ...meta });
  const wider = create(DefinitionsSchema, { featureViews: views.map((_, v) => viewOf(v, true)) });
  return compileProject(planDefinitions(snapshot, "default", wider).build({ viewIds: [], ...meta }));
}

/** Distances of event times from now, µs, the edges often. */
const ages = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, ttlUs, ttlUs + 1n, ttlUs + graceUs, ttlUs + graceUs + 1n, -1_000_000n),
  fc.bigInt({ min: 0n, max: ttlUs }),
);

function rowOf(view: CompiledView, nowUs: bigint): fc.Arbitrary<Uint8Array | undefined> {
  const header = fc.record({
    deleted: fc.nat(5).map((n) => n === 0),
    eventTimeUs: ages.map((age) => nowUs - age),
    order: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    availableTimeUs: fc.option(int64, { nil: undefined }),
  });
  const values = fc.tuple(...view.features.map(featureValue));
  const row = fc.tuple(header, values).map(([head, row]) => {
    const normalized = row.map((value, f) =>
      value === null ? null : normalizeFeatureValue(view.features[f]!, value, "f"),
    );
    return encodeStoredRow(head, head.deleted ? new Uint8Array() : view.codec.encode(normalized));
  });
  return fc.option(row, { nil: undefined, freq: 5 });
}

/** A key of an entity row as a field, of which nothing is left out. */
function writeKey(writer: BinaryWriter, number: number, type: KeyType, value: KeyValue): void {
  if (type === "STRING") writer.tag(number, WireType.LengthDelimited).string(value as string);
  else if (type === "BYTES") writer.tag(number, WireType.LengthDelimited).bytes(value as Uint8Array);
  else if (type === "BOOL") writer.tag(number, WireType.Varint).bool(value as boolean);
  else if (type === "INT32") writer.tag(number, WireType.Varint).int32(Number(value));
  else writer.tag(number, WireType.Varint).int64(value as bigint);
}

const unknownFields = fc.constantFrom(
  new BinaryWriter().tag(900, WireType.Varint).uint32(7).finish(),
  new BinaryWriter().tag(901, WireType.Bit64).fixed64(7n).finish(),
  new BinaryWriter().tag(15_000, WireType.LengthDelimited).string("later").finish(),
  new BinaryWriter().tag(902, WireType.Bit32).fixed32(7).finish(),
  new Uint8Array(),
);

interface RequestRow {
  readonly keys: Readonly<Record<string, KeyValue>>;
  readonly bytes: Uint8Array;
}

/** An entity row whose fields come in any order, perhaps one of them twice, perhaps with one that nobody knows. */
function requestRow(project: CompiledProject): fc.Arbitrary<RequestRow> {
  const { selection, keyNumbers } = project.services.get("typed")!;
  const { keys } = selection;
  const values = fc.tuple(...keys.map((key) => keyValues[key.type]));
  const dataFields = selection.requestData.map((field) => ({
    ...field,
    number: keyNumbers.get(field.name)!,
  }));
  const data = fc
    .tuple(...dataFields.map(featureValue))
    .map((row) =>
      row.map((value, d) =>
        value === null ? null : normalizeFeatureValue(dataFields[d]!, value, dataFields[d]!.name),
      ),
    );
  const parts = fc.tuple(
    values,
    values,
    fc.shuffledSubarray(
      keys.map((_, k) => k),
      { minLength: keys.length },
    ),
    fc.option(fc.nat()),
    unknownFields,
    fc.tuple(data, fc.boolean(), fc.boolean()),
  );
  return parts.map(([values, others, order, twice, unknown, [row, inParts, isFirst]]) => {
    const dataBytes = requestDataBytes(dataFields, row, inParts);
    const writer = new BinaryWriter();
    const write = (k: number, value: KeyValue) =>
      writeKey(writer, keyNumbers.get(keys[k]!.name)!, keys[k]!.type, value);
    // Of two the last one counts.
    if (twice !== null && keys.length > 0) write(twice % keys.length, others[twice % keys.length]!);
    for (const k of order) write(k, values[k]!);
    return {
      keys: Object.fromEntries(keys.map((key, k) => [key.name, values[k]!])),
      bytes: Buffer.concat(
        isFirst ? [dataBytes, writer.finish(), unknown] : [writer.finish(), unknown, dataBytes],
      ),
    };
  });
}

/** Options of a request, in one message or in two. */
function readOptions(nowUs: bigint): fc.Arbitrary<Uint8Array[]> {
  const options = fc.record({
    asOfUs: fc.option(ages.map((age) => nowUs - age)),
    maxAgeMs: fc.option(fc.constantFrom(1n, 60_000n, ttlUs / 1000n, 10n ** 15n)),
    includeTimes: fc.boolean(),
    allowPartial: fc.boolean(),
    parts: fc.nat(2),
  });
  return options.map(({ asOfUs, maxAgeMs, includeTimes, allowPartial, parts }) => {
    const first = new BinaryWriter();
    if (asOfUs !== null) first.tag(1, WireType.Varint).int64(asOfUs);
    if (maxAgeMs !== null) first.tag(2, WireType.Varint).int64(maxAgeMs);
    const second = new BinaryWriter().tag(3, WireType.Varint).bool(includeTimes);
    second.tag(4, WireType.Varint).bool(allowPartial);
    const [a, b] = [first.finish(), second.finish()];
    const all = parts === 2 ? [a, b] : parts === 1 ? [Buffer.concat([a, b])] : [];
    return all.map((bytes) => new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(bytes).finish());
  });
}

/** The bytes of a request: its parts in any order. */
function requestBytes(rows: readonly RequestRow[], nowUs: bigint): fc.Arbitrary<Uint8Array> {
  const rowParts = rows.map(({ bytes }) =>
    new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(bytes).finish(),
  );
  return fc
    .tuple(readOptions(nowUs), unknownFields)
    .chain(([options, unknown]) => {
      const parts = [...rowParts, ...options, unknown];
      return fc.shuffledSubarray(parts, { minLength: parts.length });
    })
    .map((parts) => Buffer.concat(parts));
}

function entityKeyOf(use: SelectedView, keys: RequestRow["keys"]): Uint8Array {
  const types = use.view.keys.map((key) => key.type);
  return encodeKey(
    types,
    use.keyNames.map((name) => keys[name]!),
  );
}

/** Rows for what the requests ask for. */
function storedRows(
  project: CompiledProject,
  rows: readonly RequestRow[],
  nowUs: bigint,
): fc.Arbitrary<OnlineWrite[]> {
  const places = new Map<string, { view: CompiledView; entityKey: Uint8Array }>();
  for (const row of rows) {
    for (const use of project.services.get("typed")!.selection.views) {
      const entityKey = entityKeyOf(use, row.keys);
      places.set(`${use.view.id} ${Buffer.from(entityKey).toString("hex")}`, { view: use.view, entityKey });
    }
  }
  const all = [...places.values()].map(({ view, entityKey }) =>
    rowOf(view, nowUs).map((row) =>
      row === undefined ? undefined : { viewId: view.id, entityKey, row, stampAvailableTime: false },
    ),
  );
  return fc.tuple(...all).map((writes) => writes.filter((write) => write !== undefined));
}

let viewIds = 1;

/** Random cases around an instant. Each has view ids of its own, so that many can share a store. */
export function typedCases(nowUs: bigint): fc.Arbitrary<TypedCase> {
  return definitions.chain((defined) => {
    const project = compile(defined, (viewIds += 3));
    const requests = fc.array(fc.array(requestRow(project), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 3,
    });
    return requests.chain((rows) =>
      fc
        .record({
          writes: storedRows(project, rows.flat(), nowUs),
          requests: fc.tuple(...rows.map((each) => requestBytes(each, nowUs))),
        })
        // A compiled project fills pages where a property fails; its definitions say the same.
        .map((each) => ({ ...each, project, [fc.toStringMethod]: () => fc.stringify([defined, each]) })),
    );
  });
}
