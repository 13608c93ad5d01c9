import { TimeUnit } from "@timewell/contracts";
import { normalizeKeyValue } from "@timewell/keys";
import { type CompiledView, suggest } from "@timewell/model";
import { FeatureStoreError } from "@timewell/errors";
import { type FeatureValue, normalizeFeatureValue } from "@timewell/row";

import { checkEventTime, type EventTimeLimits } from "../../rows/check-event-time.ts";
import type { IncomingRow } from "../../rows/incoming-row.ts";
import { pushProblems } from "../../rows/push-problems.ts";
import { eventTimeOf } from "../../streams/event-time-of.ts";
import { toRaw } from "../../streams/to-raw.ts";
import type { RestRow } from "./rest-push.ts";

/** Checks a row of JSON and turns it into the types of the view. Throws what is wrong with it, naming the part of it. */
export function readRestRow(view: CompiledView, row: RestRow, limits: EventTimeLimits): IncomingRow {
  const { deleted } = row;
  const isNow = deleted && (row.eventTime === undefined || row.eventTime === null);
  if (!isNow && (row.eventTime === undefined || row.eventTime === null)) throw pushProblems.noEventTime(view);
  const eventTimeUs = isNow
    ? limits.nowUs
    : eventTimeOf(row.eventTime, TimeUnit.MICROSECONDS, false, "event_time");
  checkEventTime(view, eventTimeUs, limits, "push to");
  if (deleted && Object.keys(row.features).length > 0) throw pushProblems.deleteWithFeatures(view);
  refuseUnknown(view, row.keys, view.keys, "key");
  refuseUnknown(view, row.features, view.input.features, "feature");
  const keys = view.keys.map(({ name, type }) => {
    const value = Object.hasOwn(row.keys, name) ? row.keys[name] : undefined;
    if (value === undefined || value === null) throw pushProblems.keyMissing(view, name);
    return normalizeKeyValue(type, toRaw(type, value, true), name);
  });
  const values = deleted
    ? []
    : view.input.features.map((feature): FeatureValue => {
        const value = Object.hasOwn(row.features, feature.name) ? row.features[feature.name] : null;
        return normalizeFeatureValue(feature, toRaw(feature.type, value, true), feature.name);
      });
  return { keys, values, eventTimeUs, deleted };
}

function refuseUnknown(
  view: CompiledView,
  got: Readonly<Record<string, unknown>>,
  known: readonly { readonly name: string }[],
  what: "key" | "feature",
): void {
  const names = new Set(known.map(({ name }) => name));
  const unknown = Object.keys(got).find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw new FeatureStoreError(
    what === "key" ? "INVALID_KEY" : "FEATURE_NOT_FOUND",
    `Cannot push to ${view.name}: it has no ${what} ${JSON.stringify(unknown)}`,
    { field: `${what}s.${unknown}`, hint: suggest(unknown, names, `${what}s of ${view.name}`) },
  );
}
