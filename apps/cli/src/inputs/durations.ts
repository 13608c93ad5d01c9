import { FeatureStoreError, showValue } from "@timewell/errors";
import { parseDuration } from "@timewell/ttl";

/** Reads a duration such as `1d` into ms; undefined stays undefined. INVALID_VALUE names the flag. */
export function parseDurationFlag(text: string | undefined, flag: string): bigint | undefined {
  if (text === undefined) return undefined;
  try {
    return BigInt(parseDuration(text));
  } catch (cause) {
    throw new FeatureStoreError(
      "INVALID_VALUE",
      `Cannot read ${flag}: got ${showValue(text)}, expected a duration`,
      {
        field: flag,
        hint: "Write it like 250ms, 30s, 5m, 6h or 7d.",
        cause,
      },
    );
  }
}
