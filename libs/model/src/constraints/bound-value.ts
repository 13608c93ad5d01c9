import type { Value } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { ScalarValue } from "@timewell/row";
import { definitionError } from "../definition-error.ts";
import { labelCharsMax } from "../limits.ts";
import { valueToFeature } from "../value-to-feature.ts";
import type { ConstraintField } from "./constraint-field.ts";

/**
 * A value of a rule in the type of its field, which is no list; integers are bigint, as a key and a feature of one width have them
 * differently. INVALID_DEFINITION where it does not fit, LIMIT_EXCEEDED for text or bytes over 256.
 */
export function boundValue(value: Value, { name, type }: ConstraintField, path: string): ScalarValue {
  const normal = normalized(value, name, type, path);
  if (normal === null) throw definitionError(path, "got no value", "Leave it out, or give it a value.");
  if ((typeof normal === "string" || normal instanceof Uint8Array) && normal.length > labelCharsMax) {
    const problem = `got ${normal.length} ${typeof normal === "string" ? "characters" : "bytes"}, at most ${labelCharsMax} are allowed`;
    throw definitionError(path, problem, "Shorten it.", "LIMIT_EXCEEDED");
  }
  return integerAsBigint(normal, type);
}

/** A value as rules compare it. */
export function integerAsBigint(value: ScalarValue, type: ConstraintField["type"]): ScalarValue {
  return type === "INT32" ? BigInt(value as number | bigint) : value;
}

function normalized(
  value: Value,
  name: string,
  type: ConstraintField["type"],
  path: string,
): ScalarValue | null {
  try {
    return valueToFeature(value, { name, type, dimension: 0 }, path) as ScalarValue | null;
  } catch (error) {
    if (!(error instanceof FeatureStoreError)) throw error;
    const problem = `got ${value.kind.case ?? "nothing"} that does not fit ${name} of type ${type}`;
    throw definitionError(path, problem, `Give a value of ${type}.`);
  }
}
