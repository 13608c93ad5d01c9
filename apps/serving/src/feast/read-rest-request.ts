import { FeatureStoreError, showValue } from "@timewell/errors";
import { encodeKey, type KeyValue, normalizeKeyValue } from "@timewell/keys";
import type { NamedField } from "@timewell/model";

import { checkRowCount } from "../check-row-count.ts";
import { keyErrorAt } from "../key-error-at.ts";
import { checkEntityColumns, dummyEntity } from "./check-entity-columns.ts";
import { encodeGroups } from "./encode-groups.ts";
import type { FeastPlan } from "./feast-plan.ts";
import type { FeastPlans, FeastSelector } from "./feast-plans.ts";
import type { FeastQuery } from "./feast-reader.ts";
import { fromJson } from "./from-json.ts";
import { requestInputs } from "./request-inputs.ts";
import { requestValue } from "./request-value.ts";

/** A column of the request, which the answer repeats. */
export interface RestColumn {
  readonly name: string;
  readonly values: readonly unknown[];
  /** Its declaration; undefined for keys. */
  readonly field: NamedField | undefined;
}

/** A request of REST, ready to be read from the store. */
export interface RestRequest extends FeastQuery {
  readonly columns: readonly RestColumn[];
  readonly fullFeatureNames: boolean;
  readonly includeVersions: boolean;
}

const fields: ReadonlySet<string> = new Set([
  "entities",
  "features",
  "feature_service",
  "full_feature_names",
  "include_feature_view_version_metadata",
]);

/**
 * Reads the parsed body of `POST /get-online-features`. INVALID_REQUEST for a wrong shape and unknown fields, INVALID_KEY naming
 * column and row where a key is wrong or missing, and the errors of `FeastPlans` and `checkEntityColumns`.
 */
export function readRestRequest(plans: FeastPlans, body: unknown): RestRequest {
  if (!isObject(body)) throw invalid("body", body, "a JSON object");
  for (const name of Object.keys(body)) if (!fields.has(name)) throw unknownField(name);
  const fullFeatureNames = readFlag(body, "full_feature_names");
  const includeVersions = readFlag(body, "include_feature_view_version_metadata");
  const plan = plans.plan(readSelector(body), fullFeatureNames);
  const columns = readColumns(plan, body["entities"] ?? {});
  checkEntityColumns(
    plan,
    columns.map(({ name, values }) => ({ name, length: values.length })),
  );
  const rowCount = columns[0]?.values.length ?? (plan.keys.length === 0 ? 1 : 0);
  checkRowCount(rowCount);
  const byName = new Map(columns.map(({ name, values }) => [name, values]));
  const keys = encodeKeys(plan, byName, rowCount);
  const echoed = columns.filter(({ name }) => name !== dummyEntity);
  for (const column of echoed) checkScalars(column);
  const inputs = requestInputs(plan, (field) => {
    const place = (row: number) => `entities.${field.name}[${row}]`;
    return byName
      .get(field.name)
      ?.map((value, row) => requestValue(field, fromJson(field.type, value), place(row)));
  });
  return { plan, rowCount, keys, inputs, columns: echoed, fullFeatureNames, includeVersions };
}

function readFlag(body: Record<string, unknown>, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value !== "boolean") throw invalid(name, value, "true or false");
  return value;
}

function readSelector(body: Record<string, unknown>): FeastSelector {
  const service = body["feature_service"] ?? "";
  const references = body["features"] ?? [];
  if (typeof service !== "string") throw invalid("feature_service", service, "the name of a feature service");
  if (!Array.isArray(references)) throw invalid("features", references, 'a list like ["view:feature"]');
  const wrong = references.findIndex((reference) => typeof reference !== "string");
  if (wrong >= 0) throw invalid(`features[${wrong}]`, references[wrong], "text like view:feature");
  if ((service === "") !== (references.length === 0))
    return service === "" ? { references: references as string[] } : { service };
  const problem =
    service === ""
      ? "neither feature_service nor features is set"
      : "feature_service and features are both set";
  throw new FeatureStoreError("INVALID_REQUEST", `Cannot tell what to read: ${problem}`, {
    field: "features",
    hint: "Name a feature service, or features like view:feature.",
  });
}

function readColumns(plan: FeastPlan, entities: unknown): RestColumn[] {
  if (!isObject(entities)) throw invalid("entities", entities, 'an object of columns like {"key": [1, 2]}');
  return Object.entries(entities).map(([name, values]) => {
    if (!Array.isArray(values))
      throw invalid(`entities.${name.slice(0, 64)}`, values, "a list of values, one for each row");
    return { name, values, field: plan.requestData.find((field) => field.name === name) };
  });
}

function encodeKeys(plan: FeastPlan, byName: ReadonlyMap<string, readonly unknown[]>, rowCount: number) {
  const values = plan.keys.map(({ name, type }) =>
    byName
      .get(name)!
      .map((value, row) => normalizeKeyValue(type, fromJson(type, value), `entities.${name}[${row}]`)),
  );
  const types = plan.groups.map((group) => group.map((slot) => plan.keys[slot]!.type));
  return encodeGroups(plan, rowCount, (group, row) => {
    try {
      const parts = group.map((slot): KeyValue => values[slot]![row]!);
      return encodeKey(types[plan.groups.indexOf(group)]!, parts);
    } catch (error) {
      throw keyErrorAt(error, `row ${row}`);
    }
  });
}

/** Keys are single values; what request data may be, its type says. */
function checkScalars({ name, values, field: declared }: RestColumn): void {
  if (declared !== undefined) return;
  const wrong = values.findIndex((value) => typeof value === "object" && value !== null);
  if (wrong < 0) return;
  const field = `entities.${name}[${wrong}]`;
  throw invalid(field, values[wrong], "a value that is no list and no object");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownField(name: string): FeatureStoreError {
  const shown = showValue(name);
  return new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot use field ${shown}: a request has none of that name`,
    {
      field: "body",
      hint: `Fields are ${[...fields].join(", ")}.`,
    },
  );
}

function invalid(field: string, value: unknown, expected: string): FeatureStoreError {
  return new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot read ${field}: got ${showValue(value)}, expected ${expected}`,
    {
      field,
    },
  );
}
