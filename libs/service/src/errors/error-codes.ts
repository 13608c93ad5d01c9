import { Code } from "@connectrpc/connect";
import type { ErrorKind } from "@timewell/errors";

/** The gRPC code of each error kind. Nothing else in Timewell knows codes. */
const codes: Record<ErrorKind, Code> = {
  INVALID_REQUEST: Code.InvalidArgument,
  INVALID_NAME: Code.InvalidArgument,
  INVALID_DEFINITION: Code.InvalidArgument,
  INVALID_KEY: Code.InvalidArgument,
  INVALID_VALUE: Code.InvalidArgument,
  INVALID_EVENT_TIME: Code.InvalidArgument,
  CONSTRAINT_VIOLATED: Code.InvalidArgument,
  INVALID_LABELS: Code.InvalidArgument,
  INVALID_CONFIG: Code.InvalidArgument,
  LIMIT_EXCEEDED: Code.InvalidArgument,
  PATH_NOT_ALLOWED: Code.InvalidArgument,
  PROJECT_NOT_FOUND: Code.NotFound,
  ENTITY_NOT_FOUND: Code.NotFound,
  FEATURE_VIEW_NOT_FOUND: Code.NotFound,
  FEATURE_NOT_FOUND: Code.NotFound,
  FEATURE_SERVICE_NOT_FOUND: Code.NotFound,
  MODEL_NOT_FOUND: Code.NotFound,
  LABELS_NOT_FOUND: Code.NotFound,
  TRAINING_SET_NOT_FOUND: Code.NotFound,
  SNAPSHOT_NOT_FOUND: Code.NotFound,
  QUARANTINED_ROW_NOT_FOUND: Code.NotFound,
  FILE_NOT_FOUND: Code.NotFound,
  BREAKING_CHANGE: Code.FailedPrecondition,
  DEFINITION_IN_USE: Code.FailedPrecondition,
  NO_BATCH_SOURCE: Code.FailedPrecondition,
  SOURCE_MISMATCH: Code.FailedPrecondition,
  SOURCE_CHANGED: Code.FailedPrecondition,
  ERASED: Code.FailedPrecondition,
  REQUEST_ID_REUSED: Code.FailedPrecondition,
  MODEL_CONFLICT: Code.AlreadyExists,
  STORE_MISCONFIGURED: Code.FailedPrecondition,
  VERSION_CONFLICT: Code.Aborted,
  FENCED: Code.Aborted,
  UNAUTHENTICATED: Code.Unauthenticated,
  PERMISSION_DENIED: Code.PermissionDenied,
  OVERLOADED: Code.ResourceExhausted,
  STORE_FULL: Code.ResourceExhausted,
  STORE_UNAVAILABLE: Code.Unavailable,
  REGISTRY_UNAVAILABLE: Code.Unavailable,
  DEADLINE_EXCEEDED: Code.DeadlineExceeded,
  CANCELLED: Code.Canceled,
  SHUTTING_DOWN: Code.Unavailable,
  STREAM_STALLED: Code.Unavailable,
  DATA_LOSS: Code.DataLoss,
  INTERNAL: Code.Internal,
};

/** The gRPC code that errors of this kind are answered with. */
export function codeOf(kind: ErrorKind): Code {
  return codes[kind];
}
