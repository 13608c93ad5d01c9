import { Code, ConnectError } from "@connectrpc/connect";

/** True for what the RPC library raised on purpose: its code and text are fit for callers, and there is no kind for it. */
export function isLibraryError(reason: unknown): reason is ConnectError {
  if (!(reason instanceof ConnectError) || reason.cause instanceof Error) return false;
  return reason.code !== Code.DeadlineExceeded && reason.code !== Code.Canceled;
}
