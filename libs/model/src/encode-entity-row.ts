import type { EntityRow, Value } from "@timewell/contracts";
import { FeatureStoreError, suggest } from "@timewell/errors";
import { encodeKey, normalizeKeyValue, type KeyType, type KeyValue } from "@timewell/keys";
import type { KeyGroup, Selection } from "./selection.ts";
import type { ValueCase } from "./value-case.ts";

/** Cases that a key of each type may come in; integers are one kind of key, of any width that fits. */
const allowedCases: Readonly<Record<KeyType, readonly ValueCase[]>> = {
  BOOL: ["boolValue"],
  INT32: ["int32Value", "int64Value"],
  INT64: ["int64Value", "int32Value"],
  STRING: ["stringValue"],
  BYTES: ["bytesValue"],
  TIMESTAMP: ["timestampUsValue"],
};

/**
 * Encodes the entity keys of one request row, one for each view of the selection; views that share a composite key share
 * the bytes. INVALID_KEY naming row and key where a part is missing, unknown, NULL or of a wrong type.
 */
export function encodeEntityRow(selection: Selection, row: EntityRow, rowIndex: number): Uint8Array[] {
  refuseUnknownKeys(selection, row, rowIndex);
  const codes = selection.keyGroups.map((group) => encodeGroup(group, row, rowIndex));
  return selection.views.map((view) => codes[view.keyGroup]!);
}

function encodeGroup(group: KeyGroup, row: EntityRow, rowIndex: number): Uint8Array {
  const types: KeyType[] = [];
  const values: KeyValue[] = [];
  for (const { name, type } of group.keys) {
    types.push(type);
    values.push(keyValue(type, Object.hasOwn(row.keys, name) ? row.keys[name] : undefined, name, rowIndex));
  }
  try {
    return encodeKey(types, values);
  } catch (error) {
    const { kind, message, hint } = FeatureStoreError.from(error);
    const problem = hint === "" ? message : message.slice(0, -`. ${hint}`.length);
    throw new FeatureStoreError(kind, `${problem} (row ${rowIndex})`, {
      field: `rows[${rowIndex}].keys`,
      hint,
      cause: error,
    });
  }
}

function keyValue(type: KeyType, value: Value | undefined, name: string, rowIndex: number): KeyValue {
  const field = `rows[${rowIndex}].keys.${name}`;
  if (value === undefined) throw invalidKey(field, "it is missing", `Send ${name} as ${type}.`);
  const valueCase = value.kind.case;
  if (valueCase === undefined) throw invalidKey(field, "it is NULL", `Send ${name} as ${type}.`);
  if (!allowedCases[type].includes(valueCase)) {
    throw invalidKey(
      field,
      `got ${valueCase}, expected ${allowedCases[type][0]} for ${type}`,
      "Send that type.",
    );
  }
  return normalizeKeyValue(type, value.kind.value, field);
}

function refuseUnknownKeys(selection: Selection, row: EntityRow, rowIndex: number): void {
  for (const name in row.keys) {
    if (selection.keys.some((key) => key.name === name)) continue;
    const names = selection.keys.map((key) => key.name);
    const hint =
      names.length === 0 ? "Send no keys: these features are global." : suggest(name, names, "join keys");
    throw invalidKey(`rows[${rowIndex}].keys.${name}`, "there is no such join key", hint);
  }
}

function invalidKey(field: string, problem: string, hint: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_KEY", `Cannot use key ${field}: ${problem}`, { field, hint });
}
