import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { feastServing, type feastTypes } from "@timewell/contracts";
import { encodeKey, type KeyValue } from "@timewell/keys";
import {
  type CompiledProject,
  computeOnDemand,
  gatherInputs,
  type SelectedView,
  selectReferences,
  type Selection,
  selectService,
} from "@timewell/model";
import { type FeatureType, type FeatureValue, payloadOf, readHeader } from "@timewell/row";
import type { OnlineStore } from "@timewell/store-ports";
import { type Clock, forgetAfterUs, rowStatus } from "@timewell/ttl";

const { FieldStatus, GetOnlineFeaturesResponseSchema } = feastServing;

/** What the twin stands on. */
export interface FeastTwinDeps {
  readonly store: Pick<OnlineStore, "read">;
  readonly clock: Clock;
  readonly graceUs: bigint;
}

type Vector = MessageInitShape<typeof feastServing.GetOnlineFeaturesResponse_FeatureVectorSchema>;
type ValueInit = NonNullable<MessageInitShape<typeof feastTypes.ValueSchema>["val"]>;

const statuses = {
  NOT_FOUND: FieldStatus.NOT_FOUND,
  EXPIRED: FieldStatus.OUTSIDE_MAX_AGE,
  NEWER: FieldStatus.NOT_FOUND,
} as const;

const epoch = timestampFromMs(0);

/** Answers Feast's contract in the plainest way: one read for each value, objects for everything. */
export async function feastTwin(
  deps: FeastTwinDeps,
  project: CompiledProject,
  request: feastServing.GetOnlineFeaturesRequest,
): Promise<feastServing.GetOnlineFeaturesResponse> {
  const selection =
    request.kind.case === "featureService"
      ? selectService(project, request.kind.value)
      : selectReferences(project, request.kind.value?.val ?? []);
  const rowCount = Object.values(request.entities)[0]!.val.length;
  const names: string[] = [];
  const results: Vector[] = [];
  for (const [name, { val }] of Object.entries(request.entities)) {
    if (name === "__dummy_id") continue;
    names.push(name);
    results.push({
      values: val,
      statuses: val.map(() => FieldStatus.PRESENT),
      eventTimestamps: val.map(() => epoch),
    });
  }
  for (const source of selection.columnSources) {
    const use = selection.views[source.view]!;
    const feature = use.features[source.feature]!;
    names.push(request.fullFeatureNames ? `${use.name}__${feature.name}` : feature.name);
    const vector = {
      values: [] as { val?: ValueInit }[],
      statuses: [] as number[],
      eventTimestamps: [] as object[],
    };
    for (let row = 0; row < rowCount; row++) {
      const { status, eventTimeUs, values } = await readView(deps, use, request, row);
      const value = values?.[feature.index] ?? null;
      vector.values.push(value === null ? {} : { val: valueOf(feature.type, value) });
      vector.statuses.push(
        status !== "PRESENT"
          ? statuses[status]
          : value === null
            ? FieldStatus.NULL_VALUE
            : FieldStatus.PRESENT,
      );
      const isThere = status === "PRESENT" || status === "EXPIRED";
      vector.eventTimestamps.push(isThere ? timeOf(eventTimeUs) : epoch);
    }
    results.push(vector as Vector);
  }
  const computed: FeatureValue[][] = [];
  for (let row = 0; row < rowCount; row++) computed.push(await computeRow(deps, selection, request, row));
  selection.onDemand?.columns.forEach(({ name, type }, i) => {
    names.push(name);
    const values = computed.map((row) => row[i]!);
    results.push({
      values: values.map((value) => (value === null ? {} : { val: valueOf(type, value) })),
      statuses: values.map((value) => (value === null ? FieldStatus.NULL_VALUE : FieldStatus.PRESENT)),
      eventTimestamps: values.map(() => epoch),
    });
  });
  const views = new Map(
    selection.views.map(({ view }) => [view.id, { name: view.name, version: view.version }]),
  );
  return create(GetOnlineFeaturesResponseSchema, {
    metadata: {
      featureNames: { val: names },
      featureViewMetadata: request.includeFeatureViewVersionMetadata ? [...views.values()] : [],
    },
    results,
  });
}

/** What a view says of one row; `values` are those of all its features where it is PRESENT. */
async function readView(
  { store, clock, graceUs }: FeastTwinDeps,
  { view, keyNames }: SelectedView,
  request: feastServing.GetOnlineFeaturesRequest,
  row: number,
) {
  const parts = keyNames.map((key) => keyOf(request.entities[key]!.val[row]!));
  const entityKey = encodeKey(
    view.keys.map(({ type }) => type),
    parts,
  );
  const [stored] = await store.read([{ viewId: view.id, entityKey }]);
  const header = stored === undefined ? undefined : readHeader(stored);
  const { ttlUs } = view;
  const status = rowStatus(header, clock.nowUs(), ttlUs, forgetAfterUs(ttlUs, graceUs));
  const values = status === "PRESENT" ? view.codec.decode(payloadOf(stored!)) : undefined;
  return { status, eventTimeUs: header?.eventTimeUs ?? 0n, values };
}

/** The on-demand features of one row, everything read again. */
async function computeRow(
  deps: FeastTwinDeps,
  { views, onDemand, requestData }: Selection,
  request: feastServing.GetOnlineFeaturesRequest,
  row: number,
): Promise<FeatureValue[]> {
  if (onDemand === undefined) return [];
  const decoded: (readonly FeatureValue[] | undefined)[] = [];
  for (const use of views) decoded.push((await readView(deps, use, request, row)).values);
  const column = (name: string) => request.requestContext[name] ?? request.entities[name];
  const inputs = gatherInputs(onDemand, {
    feature: (view, feature) => decoded[view]?.[views[view]!.features[feature]!.index] ?? null,
    key: (name) => featureOf(column(name)!.val[row]!),
    request: (field) => {
      const values = column(requestData[field]!.name);
      return values === undefined ? null : featureOf(values.val[row]!);
    },
  });
  return computeOnDemand(onDemand, inputs, () => undefined);
}

/** What is in a value of a request, times as µs. */
function featureOf({ val }: feastTypes.Value): FeatureValue {
  switch (val.case) {
    case undefined:
      return null;
    case "unixTimestampVal":
      return val.value * 1_000_000n;
    case "unixTimestampListVal":
      return val.value.val.map((seconds) => seconds * 1_000_000n);
    default:
      return typeof val.value === "object" && "val" in val.value
        ? (val.value.val as FeatureValue)
        : (val.value as FeatureValue);
  }
}

function keyOf({ val }: feastTypes.Value): KeyValue {
  switch (val.case) {
    case "int32Val":
      return BigInt(val.value);
    case "unixTimestampVal":
      return val.value * 1_000_000n;
    default:
      return val.value as KeyValue;
  }
}

function timeOf(us: bigint) {
  const seconds = secondsOf(us);
  return { seconds, nanos: Number(us - seconds * 1_000_000n) * 1000 };
}

function secondsOf(us: bigint): bigint {
  return (us - (((us % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n;
}

/** The value of a feature as an object of Feast's contract; times lose what is below a second. */
export function valueOf(type: FeatureType, value: NonNullable<FeatureValue>): ValueInit {
  const isTime = type.startsWith("TIMESTAMP");
  if (type === "TIMESTAMP") return { case: "unixTimestampVal", value: secondsOf(value as bigint) };
  const name = type.replace("FLOAT_VECTOR", "FLOAT_LIST").toLowerCase();
  const camel = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  if (!Array.isArray(value)) return { case: `${camel}Val`, value } as ValueInit;
  const val = isTime ? (value as bigint[]).map(secondsOf) : value;
  return { case: isTime ? "unixTimestampListVal" : `${camel}Val`, value: { val } } as ValueInit;
}
