import { create } from "@bufbuild/protobuf";
import { EntityRowSchema, type EntityRow, type Value } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { featureToValue, suggest } from "@timewell/model";
import type { FeatureType } from "@timewell/row";
import type { JsonRow } from "./json-rows.ts";
import { valueFromJson, valueFromText } from "./typed-value.ts";

/** A join key and its type. */
export interface KeyField {
  readonly name: string;
  readonly type: FeatureType;
}

/** Values of join keys by name, of their declared types. INVALID_KEY for a missing or unknown name. */
export function keyValues(
  keys: readonly KeyField[],
  given: { readonly texts: ReadonlyMap<string, string> } | { readonly json: JsonRow },
  nowUs: bigint,
  where: string,
): Record<string, Value> {
  const names = "texts" in given ? [...given.texts.keys()] : Object.keys(given.json);
  const unknown = names.find((name) => !keys.some((key) => key.name === name));
  const expected = keys.map((key) => key.name);
  if (unknown !== undefined) {
    const problem = `Cannot use key ${unknown} in ${where}: the keys are ${expected.join(", ") || "none"}`;
    throw new FeatureStoreError("INVALID_KEY", problem, {
      field: where,
      hint: suggest(unknown, expected, "keys"),
    });
  }
  const missing = expected.find((name) => !names.includes(name));
  if (missing !== undefined) {
    const hint = "texts" in given ? `Add --key ${missing}=VALUE.` : `Give ${missing} in every row.`;
    throw new FeatureStoreError("INVALID_KEY", `Cannot use ${where}: key ${missing} is missing`, {
      field: where,
      hint,
    });
  }
  return Object.fromEntries(
    keys.map((key) => {
      const place = `${where} ${key.name}`;
      const value =
        "texts" in given
          ? valueFromText(given.texts.get(key.name) ?? "", key, nowUs, place)
          : valueFromJson(given.json[key.name], key, nowUs, place);
      return [key.name, featureToValue(key.type, value)];
    }),
  );
}

/** Entity rows of a request: one from `--key` words, or those of a file. */
export function entityRows(
  keys: readonly KeyField[],
  given: { readonly texts: ReadonlyMap<string, string>; readonly rows: readonly JsonRow[] | undefined },
  nowUs: bigint,
): EntityRow[] {
  const { texts, rows } = given;
  if (rows === undefined)
    return [create(EntityRowSchema, { keys: keyValues(keys, { texts }, nowUs, "--key") })];
  return rows.map((json, i) =>
    create(EntityRowSchema, { keys: keyValues(keys, { json }, nowUs, `row ${i}`) }),
  );
}

/** Entity rows without knowledge of the types: whole numbers are INT64, true and false BOOL, the rest STRING. */
export function guessedRows(given: {
  readonly texts: ReadonlyMap<string, string>;
  readonly rows: readonly JsonRow[] | undefined;
}): EntityRow[] {
  const rows = given.rows ?? [Object.fromEntries(given.texts)];
  return rows.map((row) => {
    const keys = Object.entries(row).map(([name, value]) => [name, guessed(value)] as const);
    return create(EntityRowSchema, { keys: Object.fromEntries(keys) });
  });
}

function guessed(value: unknown): Value {
  const text = String(value);
  if (/^-?\d{1,18}$/.test(text)) return featureToValue("INT64", BigInt(text));
  if (text === "true" || text === "false") return featureToValue("BOOL", text === "true");
  return featureToValue("STRING", text);
}
