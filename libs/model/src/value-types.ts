import { ValueType } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { keyTypes, type KeyType } from "@timewell/keys";
import type { FeatureType } from "@timewell/row";

const valueTypes: Readonly<Record<FeatureType, ValueType>> = {
  BOOL: ValueType.BOOL,
  INT32: ValueType.INT32,
  INT64: ValueType.INT64,
  FLOAT: ValueType.FLOAT,
  DOUBLE: ValueType.DOUBLE,
  STRING: ValueType.STRING,
  BYTES: ValueType.BYTES,
  TIMESTAMP: ValueType.TIMESTAMP,
  BOOL_LIST: ValueType.BOOL_LIST,
  INT32_LIST: ValueType.INT32_LIST,
  INT64_LIST: ValueType.INT64_LIST,
  FLOAT_LIST: ValueType.FLOAT_LIST,
  DOUBLE_LIST: ValueType.DOUBLE_LIST,
  STRING_LIST: ValueType.STRING_LIST,
  BYTES_LIST: ValueType.BYTES_LIST,
  TIMESTAMP_LIST: ValueType.TIMESTAMP_LIST,
  FLOAT_VECTOR: ValueType.FLOAT_VECTOR,
};

const featureTypes = new Map(
  Object.entries(valueTypes).map(([type, number]) => [number, type as FeatureType]),
);

/** Every feature type, in the order of their numbers in the contract. */
export const featureTypeNames: readonly FeatureType[] = [...featureTypes.values()];

/** The domain's word for a type of the contract. INVALID_DEFINITION for UNSPECIFIED and for unknown numbers. */
export function featureTypeOf(type: ValueType): FeatureType {
  const found = featureTypes.get(type);
  if (found !== undefined) return found;
  throw new FeatureStoreError(
    "INVALID_DEFINITION",
    `Cannot use value type ${showValue(type)}: it is not a type`,
    {
      hint: `Use one of ${featureTypeNames.join(", ")}.`,
    },
  );
}

/** The contract's number of a type. */
export function valueTypeOf(type: FeatureType): ValueType {
  return valueTypes[type];
}

/** The key type of a type of the contract. INVALID_DEFINITION where keys cannot have it. */
export function keyTypeOf(type: ValueType): KeyType {
  const found = keyTypes.find((candidate) => valueTypes[candidate] === type);
  if (found !== undefined) return found;
  const shown = featureTypes.get(type) ?? showValue(type);
  throw new FeatureStoreError("INVALID_DEFINITION", `Cannot use ${shown} as the type of a join key`, {
    hint: `Use one of ${keyTypes.join(", ")}.`,
  });
}
