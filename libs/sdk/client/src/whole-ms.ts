import { FeatureStoreError, showValue } from "@timewell/errors";

/** Milliseconds as the contract has them; INVALID_REQUEST for what is no whole number. */
export function wholeMs(ms: number, name: string): bigint {
  if (Number.isSafeInteger(ms)) return BigInt(ms);
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot use ${name}: got ${showValue(ms)}, expected whole milliseconds`,
    { field: name, hint: "Round it." },
  );
}
