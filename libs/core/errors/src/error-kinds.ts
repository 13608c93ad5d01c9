/**
 * The closed set of error kinds. docs/errors.md lists them one by one, and the service kit maps each to a gRPC code.
 */
export const errorKinds = [
  // What the caller sent cannot be used.
  "INVALID_REQUEST",
  "INVALID_NAME",
  "INVALID_DEFINITION",
  "INVALID_KEY",
  "INVALID_VALUE",
  "INVALID_EVENT_TIME",
  "CONSTRAINT_VIOLATED",
  "INVALID_LABELS",
  "INVALID_CONFIG",
  "LIMIT_EXCEEDED",
  "PATH_NOT_ALLOWED",
  // What the caller named is not there.
  "PROJECT_NOT_FOUND",
  "ENTITY_NOT_FOUND",
  "FEATURE_VIEW_NOT_FOUND",
  "FEATURE_NOT_FOUND",
  "FEATURE_SERVICE_NOT_FOUND",
  "MODEL_NOT_FOUND",
  "LABELS_NOT_FOUND",
  "TRAINING_SET_NOT_FOUND",
  "SNAPSHOT_NOT_FOUND",
  "QUARANTINED_ROW_NOT_FOUND",
  "FILE_NOT_FOUND",
  // The state does not allow it.
  "BREAKING_CHANGE",
  "DEFINITION_IN_USE",
  "NO_BATCH_SOURCE",
  "SOURCE_MISMATCH",
  "SOURCE_CHANGED",
  "ERASED",
  "REQUEST_ID_REUSED",
  "MODEL_CONFLICT",
  "STORE_MISCONFIGURED",
  "VERSION_CONFLICT",
  "FENCED",
  // Who may call.
  "UNAUTHENTICATED",
  "PERMISSION_DENIED",
  // Something else is wrong.
  "OVERLOADED",
  "STORE_FULL",
  "STORE_UNAVAILABLE",
  "REGISTRY_UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "SHUTTING_DOWN",
  "STREAM_STALLED",
  "DATA_LOSS",
  "INTERNAL",
] as const;

/** One kind of the closed set. */
export type ErrorKind = (typeof errorKinds)[number];
