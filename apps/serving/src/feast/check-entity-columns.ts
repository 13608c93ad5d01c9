import { FeatureStoreError, suggest } from "@timewell/errors";

import type { FeastPlan } from "./feast-plan.ts";

/** Name of the column that clients of Feast send for features of no entity, so that the request has rows. */
export const dummyEntity = "__dummy_id";

/**
 * Checks the columns of a request by name and length, before their values are looked at. ENTITY_NOT_FOUND for a name that is
 * no key of the project, INVALID_KEY for one that is missing, INVALID_REQUEST where the lengths differ.
 */
export function checkEntityColumns(
  plan: FeastPlan,
  columns: readonly { readonly name: string; readonly length: number }[],
): void {
  const [first] = columns;
  for (const { name, length } of columns) {
    if (name !== dummyEntity && !plan.knownKeys.has(name) && !isRequestData(plan, name))
      throw unknownKey(plan, name);
    if (length === first!.length) continue;
    const problem = `Cannot tell the rows of the request: ${first!.name} has ${first!.length} values, ${name} has ${length}`;
    const hint = "Send columns of the same length.";
    throw new FeatureStoreError("INVALID_REQUEST", problem, { field: `entities.${name}`, hint });
  }
  for (const { name, type } of plan.keys) {
    if (columns.some((column) => column.name === name)) continue;
    const field = `entities.${name}`;
    const hint = `Send ${name} as ${type}.`;
    throw new FeatureStoreError("INVALID_KEY", `Cannot use key ${field}: it is missing`, { field, hint });
  }
}

/** True where the features of a plan are computed from request data of this name. */
export function isRequestData({ requestData }: FeastPlan, name: string): boolean {
  return requestData.some((field) => field.name === name);
}

function unknownKey(plan: FeastPlan, name: string): FeatureStoreError {
  const shown = JSON.stringify(name.slice(0, 64));
  return new FeatureStoreError(
    "ENTITY_NOT_FOUND",
    `Cannot use entities.${name.slice(0, 64)}: no entity has a join key ${shown}`,
    {
      field: "entities",
      hint: suggest(
        name.slice(0, 64),
        plan.keys.map((key) => key.name),
        "join keys of these features",
      ),
    },
  );
}
