import { create } from "@bufbuild/protobuf";
import { EntityRowSchema, type EntityRow, type Value } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { featureToValue, suggest } from "@timewell/model";
import type { FeatureType } from "@timewell/row";
import type { JsonRow } from "./json-rows.ts";
import { valueFromJson, valueFromText } from "./typed-value.ts";

/** A join key, or request data, and its type. */
export interface KeyField {
  readonly name: string;
  readonly type: FeatureType;
  /** Elements of a FLOAT_VECTOR; 0 for other types. */
  readonly dimension?: number;
}

/** Everything that an entity row of a selection may hold. */
export interface RowFields {
  readonly keys: readonly KeyField[];
  /** What is left out of it is NULL. */
  readonly requestData: readonly KeyField[];
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

/** Entity rows of a request: one from `--key` and `--data` words, or those of a file; request data stands among the keys. */
export function entityRows(
  { keys, requestData }: RowFields,
  given: { readonly texts: ReadonlyMap<string, string>; readonly rows: readonly JsonRow[] | undefined },
  nowUs: bigint,
): EntityRow[] {
  const { texts, rows } = given;
  const isData = (name: string) => requestData.some((field) => field.name === name);
  if (rows === undefined) {
    const keyTexts = new Map([...texts].filter(([name]) => !isData(name)));
    const dataTexts = new Map([...texts].filter(([name]) => isData(name)));
    return [
      create(EntityRowSchema, {
        keys: keyValues(keys, { texts: keyTexts }, nowUs, "--key"),
        requestData: keyValues(named(requestData, dataTexts.keys()), { texts: dataTexts }, nowUs, "--data"),
      }),
    ];
  }
  return rows.map((row, i) => {
    const entries = Object.entries(row);
    const json = Object.fromEntries(entries.filter(([name]) => !isData(name)));
    const data = Object.fromEntries(entries.filter(([name]) => isData(name)));
    return create(EntityRowSchema, {
      keys: keyValues(keys, { json }, nowUs, `row ${i}`),
      requestData: keyValues(named(requestData, Object.keys(data)), { json: data }, nowUs, `row ${i}`),
    });
  });
}

function named(fields: readonly KeyField[], names: Iterable<string>): KeyField[] {
  const given = new Set(names);
  return fields.filter(({ name }) => given.has(name));
}

/**
 * Entity rows without knowledge of the types: whole numbers are INT64, true and false BOOL, the rest STRING. `data` is
 * request data; everything in rows of a file is taken for keys.
 */
export function guessedRows(given: {
  readonly texts: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
  readonly rows: readonly JsonRow[] | undefined;
}): EntityRow[] {
  const rows = given.rows ?? [Object.fromEntries(given.texts)];
  const requestData = guessedValues(Object.fromEntries(given.data));
  return rows.map((row) => create(EntityRowSchema, { keys: guessedValues(row), requestData }));
}

function guessedValues(row: JsonRow): Record<string, Value> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, guessed(value)]));
}

function guessed(value: unknown): Value {
  const text = String(value);
  if (/^-?\d{1,18}$/.test(text)) return featureToValue("INT64", BigInt(text));
  if (text === "true" || text === "false") return featureToValue("BOOL", text === "true");
  return featureToValue("STRING", text);
}
