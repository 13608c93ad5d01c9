/** Types of single values. */
export const scalarTypes = [
  "BOOL",
  "INT32",
  "INT64",
  "FLOAT",
  "DOUBLE",
  "STRING",
  "BYTES",
  "TIMESTAMP",
] as const;

/** Type of a single value. TIMESTAMP is microseconds since the Unix epoch, UTC. */
export type ScalarType = (typeof scalarTypes)[number];

/** Type of a feature: a scalar, a list of one, or a vector of FLOAT with a fixed dimension. */
export type FeatureType = ScalarType | `${ScalarType}_LIST` | "FLOAT_VECTOR";

/**
 * A value of a feature in memory; null is NULL.
 *
 * | type | in memory |
 * | --- | --- |
 * | BOOL | boolean |
 * | INT32, FLOAT, DOUBLE | number |
 * | INT64, TIMESTAMP (µs) | bigint |
 * | STRING | string |
 * | BYTES | Uint8Array |
 * | lists, vector | array of the above, without null |
 */
export type FeatureValue = ScalarValue | readonly ScalarValue[] | null;

/** A single value that is not NULL. */
export type ScalarValue = boolean | number | bigint | string | Uint8Array;

/** What the byte code knows of a feature. */
export interface RowField {
  /** Field number in the row message, from 1. */
  readonly number: number;
  /** Its type. */
  readonly type: FeatureType;
  /** Elements of a FLOAT_VECTOR; 0 for other types. */
  readonly dimension: number;
}
