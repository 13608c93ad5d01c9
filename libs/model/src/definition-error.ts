import { FeatureStoreError, type ErrorKind } from "@timewell/errors";

/**
 * An error about one place of the definitions. `path` is dotted, with names in brackets, for example
 * `feature_views[airport_hourly].features[mean_delay].type`.
 */
export function definitionError(
  path: string,
  problem: string,
  hint: string,
  kind: ErrorKind = "INVALID_DEFINITION",
): FeatureStoreError {
  return new FeatureStoreError(kind, `Cannot accept ${path}: ${problem}`, { field: path, hint });
}
