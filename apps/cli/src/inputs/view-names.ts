import { FeatureStoreError, showValue } from "@timewell/errors";

/** Reads `view` or `view@version`; version 0 is the latest. INVALID_NAME for anything else. */
export function parseViewName(text: string): { readonly view: string; readonly version: number } {
  const match = /^([^@\s]+)(?:@(\d{1,9}))?$/.exec(text);
  if (match) return { view: match[1] ?? "", version: Number(match[2] ?? 0) };
  throw new FeatureStoreError(
    "INVALID_NAME",
    `Cannot read view ${showValue(text)}: expected view or view@version`,
    {
      field: "view",
      hint: "Write it like airport_hourly or airport_hourly@2.",
    },
  );
}
