import { Code, ConnectError } from "@connectrpc/connect";
import { FeatureStoreError } from "@timewell/errors";

/**
 * What a failed call is about, whatever was thrown: a FeatureStoreError as it is, the end of a call by deadline or cancel
 * under its own kind, and anything else as an INTERNAL error that hides it.
 */
export function toFeatureStoreError(reason: unknown): FeatureStoreError {
  if (reason instanceof FeatureStoreError) return reason;
  if (reason instanceof ConnectError) {
    if (reason.cause instanceof FeatureStoreError) return reason.cause;
    if (reason.code === Code.DeadlineExceeded) {
      return new FeatureStoreError("DEADLINE_EXCEEDED", "Cannot finish the request before its deadline", {
        hint: "Send a longer deadline, or ask for less at once.",
        cause: reason,
      });
    }
    if (reason.code === Code.Canceled) return cancelled(reason);
  }
  if (reason instanceof Error && reason.name === "AbortError") return cancelled(reason);
  return FeatureStoreError.from(reason);
}

function cancelled(cause: unknown): FeatureStoreError {
  return new FeatureStoreError("CANCELLED", "The caller cancelled the request", { cause });
}
