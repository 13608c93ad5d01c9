import { create } from "@bufbuild/protobuf";
import { PushRow_Operation, PushRowSchema, type PushRow, type Value } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { feature, featureToValue, type CompiledView } from "@timewell/model";
import { keyValues } from "./entity-rows.ts";
import type { JsonRow } from "./json-rows.ts";
import { parseTime } from "./times.ts";
import { valueFromJson, valueFromText } from "./typed-value.ts";

/** What the flags of a push say. */
export interface PushFlags {
  readonly keys: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, string>;
  readonly eventTime: string | undefined;
  readonly isDelete: boolean;
}

/** The one row that the flags describe. Throws where a name or value does not fit the view. */
export function rowFromFlags(view: CompiledView, flags: PushFlags, nowUs: bigint): PushRow {
  const features: Record<string, Value> = {};
  for (const [name, text] of flags.values) {
    const field = feature(view, name);
    features[name] = featureToValue(field.type, valueFromText(text, field, nowUs, `--set ${name}`));
  }
  return create(PushRowSchema, {
    keys: keyValues(view.keys, { texts: flags.keys }, nowUs, "--key"),
    features,
    ...timeOf(flags.eventTime, nowUs, flags.isDelete, "--event-time"),
    operation: flags.isDelete ? PushRow_Operation.DELETE : PushRow_Operation.PUT,
  });
}

/**
 * A row of a file: an object with the join keys, the features and `event_time`, all by name, and `"operation": "delete"`
 * where it deletes. A feature that is left out becomes NULL.
 */
export function rowFromJson(
  view: CompiledView,
  json: JsonRow,
  index: number,
  options: { readonly nowUs: bigint; readonly isDelete: boolean },
): PushRow {
  const where = `row ${index}`;
  const { event_time: eventTime, operation, ...rest } = json;
  if (operation !== undefined && operation !== "put" && operation !== "delete") {
    throw new FeatureStoreError("INVALID_VALUE", `Cannot use operation ${showValue(operation)} of ${where}`, {
      field: where,
      hint: 'Write "put" or "delete".',
    });
  }
  const isDelete = options.isDelete || operation === "delete";
  const keyNames = new Set(view.keys.map((key) => key.name));
  const parts = Object.entries(rest);
  const features = parts
    .filter(([name]) => !keyNames.has(name))
    .map(([name, value]) => {
      const field = feature(view, name);
      const typed = valueFromJson(value, field, options.nowUs, `${where} ${name}`);
      return [name, featureToValue(field.type, typed)] as const;
    });
  const keys = Object.fromEntries(parts.filter(([name]) => keyNames.has(name)));
  const time = eventTime === undefined || eventTime === null ? undefined : String(eventTime);
  return create(PushRowSchema, {
    keys: keyValues(view.keys, { json: keys }, options.nowUs, where),
    features: Object.fromEntries(features),
    ...timeOf(time, options.nowUs, isDelete, `event_time of ${where}`),
    operation: isDelete ? PushRow_Operation.DELETE : PushRow_Operation.PUT,
  });
}

function timeOf(
  text: string | undefined,
  nowUs: bigint,
  isDelete: boolean,
  where: string,
): { eventTimeUs?: bigint } {
  if (text !== undefined) return { eventTimeUs: parseTime(text, nowUs, where) };
  if (isDelete) return {};
  throw new FeatureStoreError(
    "INVALID_EVENT_TIME",
    `Cannot push without an event time: ${where} is missing`,
    {
      field: where,
      hint: "Say when it happened, for example 2001-01-31T15:00:00Z or now.",
    },
  );
}
