import { ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@timewell/contracts";
import { codeOf } from "./error-codes.ts";
import { isLibraryError } from "./is-library-error.ts";
import { toFeatureStoreError } from "./to-feature-store-error.ts";

/**
 * The error that a caller may see: code, message and an ErrorInfo detail. The cause stays on this side, for the log.
 * A ConnectError that the RPC library itself raised (size, encoding, unknown method) passes as it is.
 */
export function toConnectError(reason: unknown): ConnectError {
  if (isLibraryError(reason)) return reason;
  const error = toFeatureStoreError(reason);
  const detail = { desc: ErrorInfoSchema, value: { kind: error.kind, field: error.field, hint: error.hint } };
  return new ConnectError(error.message, codeOf(error.kind), undefined, [detail], error);
}
