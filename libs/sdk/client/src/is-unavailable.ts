import { Code, type ConnectError } from "@connectrpc/connect";

/** True where the service could not be reached, or refused the call before it began with it. */
export function isUnavailable(error: ConnectError): boolean {
  // A stream that a draining server refuses is raised as an internal error where the refusal meets the request halfway.
  return error.code === Code.Unavailable || error.rawMessage.includes("NGHTTP2_REFUSED_STREAM");
}
