import { ValueType } from "@timewell/contracts";
import { definitionError } from "./definition-error.ts";
import { dimensionMax } from "./limits.ts";
import { showType } from "./show-type.ts";
import { featureTypeNames, valueTypeOf } from "./value-types.ts";

const knownTypes: ReadonlySet<ValueType> = new Set(featureTypeNames.map(valueTypeOf));

/** Checks the type and the dimension of what is defined at `path`. Throws INVALID_DEFINITION. */
export function checkType(type: ValueType, dimension: number, path: string): void {
  if (!knownTypes.has(type)) {
    const problem = `got ${showType(type)}, expected one of ${featureTypeNames.join(", ")}`;
    throw definitionError(`${path}.type`, problem, "Give it a type.");
  }
  const isVector = type === ValueType.FLOAT_VECTOR;
  if (isVector && (dimension < 1 || dimension > dimensionMax)) {
    const problem = `got ${dimension}, expected 1 … ${dimensionMax} for FLOAT_VECTOR`;
    throw definitionError(`${path}.dimension`, problem, "Give the number of elements of the vector.");
  }
  if (!isVector && dimension !== 0) {
    const problem = `got ${dimension}, expected 0 for ${showType(type)}`;
    throw definitionError(`${path}.dimension`, problem, "Leave it out, or use FLOAT_VECTOR.");
  }
}
