import type { NamedField } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";

import type { RequestInputs } from "./compute-rows.ts";
import type { FeastPlan } from "./feast-plan.ts";

/** Reads a column of a request as values of a type; undefined where the request does not have it. */
export type ReadColumn = (field: NamedField) => readonly FeatureValue[] | undefined;

/**
 * Reads what on-demand features need of a request, all of it, so that a wrong value is found before anything is read from the
 * store. Request data that is left out is NULL.
 */
export function requestInputs(plan: FeastPlan, read: ReadColumn): RequestInputs {
  const data = plan.requestData.map(read);
  const keys = new Map<string, readonly FeatureValue[] | undefined>();
  for (const { origin } of plan.computed?.plan.inputs ?? []) {
    if (origin.from !== "key" || keys.has(origin.key)) continue;
    const { name, type } = plan.keys.find((key) => key.name === origin.key)!;
    keys.set(name, read({ name, type, dimension: 0 }));
  }
  return {
    key: (name, row) => keys.get(name)?.[row] ?? null,
    request: (field, row) => data[field]?.[row] ?? null,
  };
}
