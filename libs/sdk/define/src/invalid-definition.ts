import { FeatureStoreError, showValue } from "@timewell/errors";

/** An error about one place of the definitions, named by its dotted path. */
export function invalidDefinition(
  path: string,
  got: unknown,
  expected: string,
  cause?: unknown,
): FeatureStoreError {
  const problem = `Cannot accept ${path}: got ${showValue(got)}, expected ${expected}`;
  return new FeatureStoreError("INVALID_DEFINITION", problem, {
    field: path,
    hint: "Mend it where it is defined.",
    cause,
  });
}
