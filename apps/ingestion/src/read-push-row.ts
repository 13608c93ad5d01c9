import { type PushRow, PushRow_Operation } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { type KeyValue, normalizeKeyValue } from "@timewell/keys";
import { type CompiledView, suggest, valueToFeature } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";

import { checkEventTime } from "./rows/check-event-time.ts";
import type { IncomingRow } from "./rows/incoming-row.ts";
import { pushProblems } from "./rows/push-problems.ts";

const doing = "push to";

/** Checks a pushed row and turns it into the types of the view. Throws what is wrong with it, naming the part of it. */
export function readPushRow(
  view: CompiledView,
  row: PushRow,
  nowUs: bigint,
  futureToleranceUs: bigint,
): IncomingRow {
  const deleted = row.operation === PushRow_Operation.DELETE;
  const eventTimeUs = row.eventTimeUs ?? (deleted ? nowUs : undefined);
  if (eventTimeUs === undefined) throw pushProblems.noEventTime(view);
  checkEventTime(view, eventTimeUs, { nowUs, futureToleranceUs }, doing);
  if (deleted && Object.keys(row.features).length > 0) throw pushProblems.deleteWithFeatures(view);
  const keys = pushKeys(view, row);
  return { keys, values: deleted ? [] : pushValues(view, row), eventTimeUs, deleted };
}

function pushKeys(view: CompiledView, row: PushRow): KeyValue[] {
  refuseUnknown(view, Object.keys(row.keys), new Set(view.keys.map((key) => key.name)), "keys");
  return view.keys.map((key): KeyValue => {
    const value = row.keys[key.name];
    if (value?.kind.value === undefined) throw pushProblems.keyMissing(view, key.name);
    return normalizeKeyValue(key.type, value.kind.value, key.name);
  });
}

function pushValues(view: CompiledView, row: PushRow): FeatureValue[] {
  refuseUnknown(
    view,
    Object.keys(row.features),
    new Set(view.input.features.map((feature) => feature.name)),
    "features",
  );
  return view.input.features.map((feature): FeatureValue =>
    valueToFeature(row.features[feature.name], feature, feature.name),
  );
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
