import { create } from "@bufbuild/protobuf";
import { PushRow_Operation, PushRowSchema, type PushRow, type Value } from "@timewell/contracts";
import { FeatureStoreError, showValue, suggest } from "@timewell/errors";
import { featureToValue, type CompiledFeature, type CompiledView } from "@timewell/model";
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

/** Versions of a view that a row is for, the first of which names its keys. */
export type PushedVersions = readonly [CompiledView, ...CompiledView[]];

/** The one row that the flags describe. Throws where a name or value does not fit the view. */
export function rowFromFlags(views: PushedVersions, flags: PushFlags, nowUs: bigint): PushRow {
  const features: Record<string, Value> = {};
  for (const [name, text] of flags.values) {
    const field = inputOf(views, name);
    features[name] = featureToValue(field.type, valueFromText(text, field, nowUs, `--set ${name}`));
  }
  return create(PushRowSchema, {
    keys: keyValues(views[0].keys, { texts: flags.keys }, nowUs, "--key"),
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
  views: PushedVersions,
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
  const keyNames = new Set(views[0].keys.map((key) => key.name));
  const parts = Object.entries(rest);
  const features = parts
    .filter(([name]) => !keyNames.has(name))
    .map(([name, value]) => {
      const field = inputOf(views, name);
      const typed = valueFromJson(value, field, options.nowUs, `${where} ${name}`);
      return [name, featureToValue(field.type, typed)] as const;
    });
  const keys = Object.fromEntries(parts.filter(([name]) => keyNames.has(name)));
  const time = eventTime === undefined || eventTime === null ? undefined : String(eventTime);
  return create(PushRowSchema, {
    keys: keyValues(views[0].keys, { json: keys }, options.nowUs, where),
    features: Object.fromEntries(features),
    ...timeOf(time, options.nowUs, isDelete, `event_time of ${where}`),
    operation: isDelete ? PushRow_Operation.DELETE : PushRow_Operation.PUT,
  });
}

/** A feature, or event field of a windowed view, of the first version that has it. */
function inputOf(views: PushedVersions, name: string): CompiledFeature {
  const inputs = views.flatMap((view) => view.input.features);
  const found = inputs.find((input) => input.name === name);
  if (found !== undefined) return found;
  const [view] = views;
  const [one, many] = view.windows === undefined ? ["feature", "features"] : ["event field", "event fields"];
  throw new FeatureStoreError(
    "FEATURE_NOT_FOUND",
    `Cannot find ${one} ${name} of feature view ${view.name}@${view.version}`,
    {
      field: "feature",
      hint: suggest(
        name,
        inputs.map((input) => input.name),
        many,
      ),
    },
  );
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
