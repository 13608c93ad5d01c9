import { isTime, timeRangeText } from "@timewell/ttl";
import type { KeyType } from "./key-type.ts";

/** Smallest and greatest value of the integer types. */
const ranges = {
  INT32: [-(2n ** 31n), 2n ** 31n - 1n],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

/** Says what was expected where a value is not one of its type in memory; undefined where it is. */
export function keyValueProblem(type: KeyType, value: unknown): string | undefined {
  switch (type) {
    case "BOOL":
      return typeof value === "boolean" ? undefined : "true or false for BOOL";
    case "INT32":
    case "INT64": {
      if (typeof value !== "bigint") return `an integer for ${type}`;
      const [least, greatest] = ranges[type];
      return value >= least && value <= greatest ? undefined : `${least} … ${greatest} for ${type}`;
    }
    case "TIMESTAMP":
      if (typeof value !== "bigint") return "an integer for TIMESTAMP";
      return isTime(value) ? undefined : `microseconds of ${timeRangeText} for TIMESTAMP`;
    case "STRING":
      if (typeof value !== "string") return "text for STRING";
      return value.isWellFormed() ? undefined : "text without lone surrogates for STRING";
    case "BYTES":
      return value instanceof Uint8Array ? undefined : "bytes for BYTES";
  }
}
