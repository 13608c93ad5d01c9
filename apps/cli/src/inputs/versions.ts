import { FeatureStoreError, showValue } from "@timewell/errors";

/** Reads a version of a project; undefined stays undefined. INVALID_VALUE names the flag. */
export function parseVersion(text: string | undefined, flag: string): bigint | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new FeatureStoreError(
    "INVALID_VALUE",
    `Cannot read ${flag}: got ${showValue(text)}, expected a version`,
    {
      field: flag,
      hint: "Write a whole number; `timewell plan` shows the version that it planned on.",
    },
  );
}
