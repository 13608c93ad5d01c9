export { errorKinds, type ErrorKind } from "./error-kinds.ts";
export { FeatureStoreError, type FeatureStoreErrorOptions } from "./feature-store-error.ts";
export { showValue } from "./show-value.ts";
export { suggest } from "./suggest.ts";
