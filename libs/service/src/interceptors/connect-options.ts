import type { ConnectRouterOptions } from "@connectrpc/connect";
import { callInterceptor } from "./call-interceptor.ts";
import { requestGate } from "./request-gate.ts";
import type { RpcPolicy } from "./rpc-policy.ts";

/** Largest answer or stream message of the connect stack, bytes. */
const answerBytesMax = 64 * 2 ** 20;

/** The whole chain for connect: deadline → size → who → may → count and log → handler. */
export function connectOptions(policy: RpcPolicy): ConnectRouterOptions {
  const { limits, clock } = policy;
  return {
    requestGate: requestGate(policy),
    interceptors: [callInterceptor({ clock, timeoutDefaultMs: limits.timeoutDefaultMs })],
    readMaxBytes: limits.messageBytesMax,
    writeMaxBytes: answerBytesMax,
    // Requests may come compressed; answers do not leave so: gzip is slower than the networks that servers stand in.
    compressMinBytes: answerBytesMax + 1,
    maxTimeoutMs: limits.timeoutMaxMs,
    // A misspelt field in JSON is an error, not a value that silently does nothing.
    jsonOptions: { ignoreUnknownFields: false },
    shutdownSignal: policy.shutdown,
  };
}
