import { type PushRow, PushRow_Operation } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { encodeKey, type KeyValue, normalizeKeyValue } from "@timewell/keys";
import { type CompiledView, suggest, valueToFeature } from "@timewell/model";
import { type FeatureValue, rowBytesMax } from "@timewell/row";
import type { LogAppend } from "@timewell/store-ports";
import { isTime, timeRangeText } from "@timewell/ttl";

const noPayload = new Uint8Array(0);

/**
 * Checks a pushed row and encodes it canonically; no byte of the caller is kept. Throws what is wrong with the row,
 * naming the part of it.
 */
export function decodePushRow(
  view: CompiledView,
  row: PushRow,
  nowUs: bigint,
  futureToleranceUs: bigint,
): LogAppend {
  const deleted = row.operation === PushRow_Operation.DELETE;
  const eventTimeUs = row.eventTimeUs ?? (deleted ? nowUs : undefined);
  if (eventTimeUs === undefined)
    throw new FeatureStoreError(
      "INVALID_EVENT_TIME",
      `Cannot push to ${view.name}: the row has no event time`,
      {
        field: "event_time_us",
        hint: "Send event_time_us, microseconds since the Unix epoch, UTC",
      },
    );
  if (!isTime(eventTimeUs))
    throw new FeatureStoreError(
      "INVALID_EVENT_TIME",
      `Cannot push to ${view.name}: event time ${eventTimeUs} µs is not one of ${timeRangeText}`,
      { field: "event_time_us", hint: "Send microseconds (not nanoseconds) since 1970, UTC" },
    );
  if (eventTimeUs > nowUs + futureToleranceUs) throw tooFarAhead(view, eventTimeUs, nowUs, futureToleranceUs);
  if (deleted && Object.keys(row.features).length > 0)
    throw new FeatureStoreError("INVALID_VALUE", `Cannot delete from ${view.name}: the row has features`, {
      field: "features",
      hint: "Send a delete without features, or a put",
    });
  return {
    viewId: view.id,
    entityKey: encodePushKey(view, row),
    eventTimeUs,
    deleted,
    payload: deleted ? noPayload : encodePayload(view, row),
  };
}

function encodePushKey(view: CompiledView, row: PushRow): Uint8Array {
  refuseUnknown(view, Object.keys(row.keys), new Set(view.keys.map((key) => key.name)), "keys");
  const values = view.keys.map((key): KeyValue => {
    const value = row.keys[key.name];
    if (value?.kind.value === undefined)
      throw new FeatureStoreError("INVALID_KEY", `Cannot push to ${view.name}: key ${key.name} is missing`, {
        field: `keys.${key.name}`,
        hint: `Send every key of entity ${view.entity}: ${view.keys.map((one) => one.name).join(", ")}`,
      });
    return normalizeKeyValue(key.type, value.kind.value, key.name);
  });
  return encodeKey(
    view.keys.map((key) => key.type),
    values,
  );
}

function encodePayload(view: CompiledView, row: PushRow): Uint8Array {
  refuseUnknown(
    view,
    Object.keys(row.features),
    new Set(view.input.features.map((feature) => feature.name)),
    "features",
  );
  const values = view.input.features.map((feature): FeatureValue =>
    valueToFeature(row.features[feature.name], feature, feature.name),
  );
  const payload = view.input.codec.encode(values);
  if (payload.length > rowBytesMax)
    throw new FeatureStoreError(
      "LIMIT_EXCEEDED",
      `Cannot push to ${view.name}: the row has ${payload.length} bytes, at most ${rowBytesMax} are allowed`,
      { field: "features", hint: "Split the view, or send shorter values" },
    );
  return payload;
}

function refuseUnknown(
  view: CompiledView,
  got: string[],
  known: ReadonlySet<string>,
  field: "keys" | "features",
): void {
  const unknown = got.find((name) => !known.has(name));
  if (unknown === undefined) return;
  const kind = field === "keys" ? "INVALID_KEY" : "FEATURE_NOT_FOUND";
  const what = field === "keys" ? "key" : "feature";
  throw new FeatureStoreError(
    kind,
    `Cannot push to ${view.name}: it has no ${what} ${JSON.stringify(unknown)}`,
    {
      field: `${field}.${unknown}`,
      hint: suggest(unknown, known, `${what}s of ${view.name}`),
    },
  );
}

function tooFarAhead(
  view: CompiledView,
  eventTimeUs: bigint,
  nowUs: bigint,
  toleranceUs: bigint,
): FeatureStoreError {
  const aheadS = (eventTimeUs - nowUs) / 1_000_000n;
  return new FeatureStoreError(
    "INVALID_EVENT_TIME",
    `Cannot push to ${view.name}: event time ${eventTimeUs} is ${aheadS} s in the future, at most ${toleranceUs / 1_000_000n} s are allowed`,
    { field: "event_time_us", hint: "Send microseconds (not nanoseconds) UTC, and check the sender's clock" },
  );
}
