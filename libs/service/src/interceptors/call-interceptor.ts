import type { Interceptor } from "@connectrpc/connect";
import { FeatureStoreError } from "@timewell/errors";
import type { Clock } from "@timewell/ttl";
import { toConnectError } from "../errors/to-connect-error.ts";
import type { CallRecord } from "./call-record.ts";
import { callKey } from "./request-gate.ts";
import { iterateUntilAborted, untilAborted } from "./until-aborted.ts";

/** The deadline of unary calls that come without one. */
export interface DefaultDeadline {
  readonly clock: Clock;
  readonly timeoutDefaultMs: number;
}

/**
 * Ends a call with its deadline, its cancel and the shutdown, whatever its handler does; turns what is thrown into an
 * answer, and settles the record of the call.
 */
export function callInterceptor(fallback?: DefaultDeadline): Interceptor {
  return (next) => async (request) => {
    const call = request.contextValues.get(callKey);
    if (call !== undefined) call.owned = true;
    try {
      if (request.signal.aborted) throw request.signal.reason;
      if (request.stream) {
        const response = await untilAborted(next(request), request.signal);
        if (!response.stream) throw new TypeError("a stream was answered by a single message");
        return { ...response, message: watchStream(response.message, request.signal, call) };
      }
      const limit = fallback === undefined || hasDeadline(request.header) ? undefined : unaryLimit(fallback);
      const signal = limit === undefined ? request.signal : AbortSignal.any([request.signal, limit.signal]);
      const response = await untilAborted(next({ ...request, signal }), signal).finally(() => limit?.clear());
      call?.succeed();
      return response;
    } catch (reason) {
      call?.fail(reason);
      throw toConnectError(reason);
    }
  };
}

async function* watchStream<T>(
  messages: AsyncIterable<T>,
  signal: AbortSignal,
  call: CallRecord | undefined,
): AsyncGenerator<T> {
  try {
    yield* iterateUntilAborted(messages, signal);
    call?.succeed();
  } catch (reason) {
    call?.fail(reason);
    throw toConnectError(reason);
  } finally {
    // Only a reader that went away comes here with the call still open.
    call?.fail(new FeatureStoreError("CANCELLED", "The caller stopped reading"));
  }
}

function hasDeadline(header: Headers): boolean {
  return header.has("grpc-timeout") || header.has("connect-timeout-ms");
}

function unaryLimit({ clock, timeoutDefaultMs }: DefaultDeadline) {
  const limit = new AbortController();
  const cleared = new AbortController();
  clock.sleep(timeoutDefaultMs, cleared.signal).then(
    () =>
      limit.abort(
        new FeatureStoreError("DEADLINE_EXCEEDED", `Cannot finish the request in ${timeoutDefaultMs} ms`),
      ),
    () => undefined, // Cleared: the call ended in time.
  );
  return { signal: limit.signal, clear: () => cleared.abort() };
}
