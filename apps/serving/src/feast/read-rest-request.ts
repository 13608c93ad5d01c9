import { FeatureStoreError, showValue } from "@timewell/errors";
import { encodeKey, type KeyType, type KeyValue, normalizeKeyValue } from "@timewell/keys";

import { checkRowCount } from "../check-row-count.ts";
import { checkEntityColumns, dummyEntity } from "./check-entity-columns.ts";
import { encodeGroups, keyErrorAt } from "./encode-groups.ts";
import type { FeastPlan } from "./feast-plan.ts";
import type { FeastPlans, FeastSelector } from "./feast-plans.ts";
import type { FeastQuery } from "./feast-reader.ts";

/** A column of the request, which the answer repeats. */
export interface RestColumn {
  readonly name: string;
  readonly values: readonly unknown[];
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
  const columns = readColumns(body["entities"] ?? {});
  checkEntityColumns(
    plan,
    columns.map(({ name, values }) => ({ name, length: values.length })),
  );
  const rowCount = columns[0]?.values.length ?? (plan.keys.length === 0 ? 1 : 0);
  checkRowCount(rowCount);
  const keys = encodeKeys(plan, columns, rowCount);
  const echoed = columns.filter(({ name }) => name !== dummyEntity);
  for (const column of echoed) checkScalars(column);
  return { plan, rowCount, keys, columns: echoed, fullFeatureNames, includeVersions };
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

function readColumns(entities: unknown): RestColumn[] {
  if (!isObject(entities)) throw invalid("entities", entities, 'an object of columns like {"key": [1, 2]}');
  return Object.entries(entities).map(([name, values]) => {
    if (!Array.isArray(values))
      throw invalid(`entities.${name.slice(0, 64)}`, values, "a list of values, one for each row");
    return { name, values };
  });
}

function encodeKeys(plan: FeastPlan, columns: readonly RestColumn[], rowCount: number) {
  const byName = new Map(columns.map(({ name, values }) => [name, values]));
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

/** Times come as whole seconds, bytes as base64; what is neither is left for the key's own check to refuse. */
function fromJson(type: KeyType, value: unknown): unknown {
  if (type === "BYTES" && typeof value === "string") {
    const bytes = Buffer.from(value, "base64");
    return bytes.toString("base64") === value ? new Uint8Array(bytes) : value;
  }
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  return type === "TIMESTAMP" && isWhole ? BigInt(value as number | bigint) * 1_000_000n : value;
}

function checkScalars({ name, values }: RestColumn): void {
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
