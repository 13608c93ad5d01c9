import { type FeatureType, wireTypeOf } from "@timewell/row";

/** How a feature becomes a `feast.types.Value`. */
export interface ValueField {
  /** Tag of its case as bytes. What follows is what follows the tag in the stored row, but for times. */
  readonly tag: Uint8Array;
  /** Wire type in the stored row, and in the Value. */
  readonly wireType: number;
  /** Times are µs in rows and seconds in Feast. */
  readonly time: "none" | "one" | "list";
}

/** Field numbers of the cases of `feast.types.Value`. */
const numbers: Readonly<Record<FeatureType, number>> = {
  BYTES: 1,
  STRING: 2,
  INT32: 3,
  INT64: 4,
  DOUBLE: 5,
  FLOAT: 6,
  BOOL: 7,
  TIMESTAMP: 8,
  BYTES_LIST: 11,
  STRING_LIST: 12,
  INT32_LIST: 13,
  INT64_LIST: 14,
  DOUBLE_LIST: 15,
  FLOAT_LIST: 16,
  FLOAT_VECTOR: 16,
  BOOL_LIST: 17,
  TIMESTAMP_LIST: 18,
};

/** The case of a feature type. The list messages of both sides are `{ repeated T = 1; }`, so that their bytes are the same. */
export function valueField(type: FeatureType): ValueField {
  const wireType = wireTypeOf(type);
  const tag = numbers[type] * 8 + wireType;
  return Object.freeze({
    tag: tag < 0x80 ? Uint8Array.of(tag) : Uint8Array.of((tag & 0x7f) | 0x80, tag >>> 7),
    wireType,
    time: type === "TIMESTAMP" ? "one" : type === "TIMESTAMP_LIST" ? "list" : "none",
  });
}
