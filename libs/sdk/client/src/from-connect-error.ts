import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@timewell/contracts";
import { errorKinds, FeatureStoreError, type ErrorKind } from "@timewell/errors";
import { isUnavailable } from "./is-unavailable.ts";

/** The kind of an error that came without one: from a proxy, from the network, from the RPC library. */
const kinds: Partial<Record<Code, ErrorKind>> = {
  [Code.Canceled]: "CANCELLED",
  [Code.DeadlineExceeded]: "DEADLINE_EXCEEDED",
  [Code.InvalidArgument]: "INVALID_REQUEST",
  [Code.OutOfRange]: "INVALID_REQUEST",
  [Code.Unimplemented]: "INVALID_REQUEST",
  [Code.ResourceExhausted]: "LIMIT_EXCEEDED",
  [Code.Unauthenticated]: "UNAUTHENTICATED",
  [Code.PermissionDenied]: "PERMISSION_DENIED",
  [Code.DataLoss]: "DATA_LOSS",
};

/** Raises what a server said as it was raised there: kind, message, field and hint; the RPC error is the cause. `service` names the one that was called. */
export function fromConnectError(reason: unknown, service: string): FeatureStoreError {
  if (reason instanceof FeatureStoreError) return reason;
  const error = ConnectError.from(reason);
  const [info] = error.findDetails(ErrorInfoSchema);
  const kind = errorKinds.find((known) => known === info?.kind);
  if (info !== undefined && kind !== undefined) {
    // The message ends with the hint already; FeatureStoreError puts it there again.
    const ending = `. ${info.hint}`;
    const message = error.rawMessage.endsWith(ending)
      ? error.rawMessage.slice(0, -ending.length)
      : error.rawMessage;
    return new FeatureStoreError(kind, message, { field: info.field, hint: info.hint, cause: error });
  }
  if (isUnavailable(error)) return unreachable(error, service);
  return new FeatureStoreError(kinds[error.code] ?? "INTERNAL", `${service} failed: ${error.rawMessage}`, {
    cause: error,
  });
}

function unreachable(cause: ConnectError, service: string): FeatureStoreError {
  const kind = service === "FeatureRegistry" ? "REGISTRY_UNAVAILABLE" : "STORE_UNAVAILABLE";
  return new FeatureStoreError(kind, `Cannot reach ${service}: ${cause.rawMessage}`, {
    hint: "Check that the server runs, and the address, TLS and network on the way to it.",
    cause,
  });
}
