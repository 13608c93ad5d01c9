import { ValueType } from "@timewell/contracts";

/** What every feature type takes. */
export interface FeatureOptions {
  /** For people; at most 4,096 characters. */
  readonly description?: string;
}

/** The type of one feature, made by `int64()`, `list(double())`, `vector(128)` and their like. */
export interface FeatureDefinition {
  readonly type: ValueType;
  /** Elements of a vector; 0 for every other type. */
  readonly dimension: number;
  readonly description: string;
}

/** A feature of a single value: what `list()` takes. */
export interface ScalarDefinition extends FeatureDefinition {
  readonly scalar: true;
}

/** `true` or `false`. In TypeScript `boolean`. */
export const bool = scalar(ValueType.BOOL);
/** A whole number of 32 bits. In TypeScript `number`. */
export const int32 = scalar(ValueType.INT32);
/**
 * A whole number of 64 bits. In TypeScript `bigint`.
 *
 * @example
 * features: { departures: int64({ description: "Flights that left in the hour" }) }
 */
export const int64 = scalar(ValueType.INT64);
/** A floating-point number of 32 bits. In TypeScript `number`. */
export const float = scalar(ValueType.FLOAT);
/** A floating-point number of 64 bits. In TypeScript `number`. */
export const double = scalar(ValueType.DOUBLE);
/** Unicode text. */
export const string = scalar(ValueType.STRING);
/** Any bytes. In TypeScript `Uint8Array`. */
export const bytes = scalar(ValueType.BYTES);
/** An instant, microseconds since 1970, UTC. In TypeScript `bigint`. */
export const timestamp = scalar(ValueType.TIMESTAMP);

/**
 * A list of values without null; an empty list is not NULL.
 *
 * @example
 * features: { last_delays: list(double(), { description: "Minutes, newest first" }) }
 */
export function list(element: ScalarDefinition, options: FeatureOptions = {}): FeatureDefinition {
  // Every list type of the contract is 16 above the type of its elements.
  return definition((element.type + 16) as ValueType, 0, options);
}

/**
 * A vector of FLOAT with a fixed dimension, 1 … 65,536.
 *
 * @example
 * features: { embedding: vector(128) }
 */
export function vector(dimension: number, options: FeatureOptions = {}): FeatureDefinition {
  return definition(ValueType.FLOAT_VECTOR, dimension, options);
}

function scalar(type: ValueType): (options?: FeatureOptions) => ScalarDefinition {
  return (options = {}) => Object.freeze({ ...definition(type, 0, options), scalar: true });
}

function definition(type: ValueType, dimension: number, options: FeatureOptions): FeatureDefinition {
  return Object.freeze({ type, dimension, description: options.description ?? "" });
}
