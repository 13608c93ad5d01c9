import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Clock } from "@timewell/ttl";
import { CallTimer } from "./call-timer.ts";
import type { CallTimings } from "./call-timings.ts";

/** The header by which a connection knows the timer of a call; it is taken away before the call is sent. */
export const timerHeader = "timewell-call";

/** Timers of calls under way, by the value of `timerHeader`. */
export type CallTimers = Map<string, CallTimer>;

/** Times every call with a single answer and tells `onCall` of it when it has ended. */
export function timingInterceptor(
  timers: CallTimers,
  onCall: (timings: CallTimings) => void,
  clock: Clock,
): Interceptor {
  let calls = 0;
  return (next) => async (request) => {
    if (request.stream) return next(request);
    const id = String(calls++);
    const timer = new CallTimer(clock);
    timers.set(id, timer);
    request.header.set(timerHeader, id);
    const method = `${request.service.name}/${request.method.name}`;
    try {
      const response = await next(request);
      onCall(timer.result(method, "OK"));
      return response;
    } catch (reason) {
      onCall(timer.result(method, codeText(ConnectError.from(reason).code)));
      throw reason;
    } finally {
      timers.delete(id);
    }
  };
}

/** As gRPC writes it, for example `DEADLINE_EXCEEDED`. */
function codeText(code: Code): string {
  if (code === Code.Canceled) return "CANCELLED";
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
