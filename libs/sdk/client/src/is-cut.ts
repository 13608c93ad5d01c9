import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@timewell/contracts";
import { FeatureStoreError, type ErrorKind } from "@timewell/errors";

/** What servers answer that will soon answer otherwise. */
const passing: ReadonlySet<ErrorKind> = new Set([
  "STORE_UNAVAILABLE",
  "REGISTRY_UNAVAILABLE",
  "SHUTTING_DOWN",
  "STREAM_STALLED",
] as const);

/** Codes that the RPC library gives to connections that break, besides UNAVAILABLE. */
const broken: ReadonlySet<Code> = new Set([
  Code.Aborted,
  Code.Canceled,
  Code.DataLoss,
  Code.Internal,
  Code.Unknown,
]);

/**
 * True where a stream ended because its server went away or its connection was cut, so that it can go on: not where a server said what is
 * wrong with it. Whether the caller itself cancelled it cannot be seen here.
 */
export function isCut(error: unknown): boolean {
  if (!(error instanceof FeatureStoreError)) return false;
  if (passing.has(error.kind)) return true;
  const { cause } = error;
  if (!(cause instanceof ConnectError) || cause.findDetails(ErrorInfoSchema).length > 0) return false;
  const isHalf = cause.code === Code.InvalidArgument && cause.rawMessage.startsWith("protocol error");
  return broken.has(cause.code) || isHalf;
}
