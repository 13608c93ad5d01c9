import { FeatureStoreError } from "@timewell/errors";
import type { NamedField } from "@timewell/model";
import { type FeatureValue, normalizeFeatureValue } from "@timewell/row";

/** Turns a value of a request into the value in memory of its type. INVALID_REQUEST naming `where` where it does not fit. */
export function requestValue(field: NamedField, raw: unknown, where: string): FeatureValue {
  const { name, type, dimension } = field;
  try {
    return normalizeFeatureValue({ number: 0, type, dimension }, raw, where);
  } catch (error) {
    const { message, hint, field: place } = FeatureStoreError.from(error);
    const problem = message.slice(message.indexOf(": ") + 2, hint === "" ? undefined : -`. ${hint}`.length);
    throw new FeatureStoreError("INVALID_REQUEST", `Cannot use ${place}: ${problem}`, {
      field: place,
      hint: `Send ${name} as ${type}.`,
      cause: error,
    });
  }
}
