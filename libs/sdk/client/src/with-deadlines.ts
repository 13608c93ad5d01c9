import type { Transport } from "@connectrpc/connect";
import { fromConnectError } from "./from-connect-error.ts";

/**
 * The same transport with a deadline on every call: `timeoutMs` for single answers, `streamMs` for streams, unless a call names its
 * own (0 = none). Failures are raised as FeatureStoreErrors, also those that come before an interceptor runs.
 */
export function withDeadlines(transport: Transport, timeoutMs: number, streamMs: number): Transport {
  return {
    async unary(method, signal, ownMs, header, input, values) {
      try {
        return await transport.unary(method, signal, ownMs ?? timeoutMs, header, input, values);
      } catch (error) {
        throw fromConnectError(error, method.parent.name);
      }
    },
    async stream(method, signal, ownMs, header, input, values) {
      try {
        const response = await transport.stream(method, signal, ownMs ?? streamMs, header, input, values);
        return { ...response, message: translated(response.message, method.parent.name) };
      } catch (error) {
        throw fromConnectError(error, method.parent.name);
      }
    },
  };
}

async function* translated<T>(messages: AsyncIterable<T>, service: string): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw fromConnectError(error, service);
  }
}
