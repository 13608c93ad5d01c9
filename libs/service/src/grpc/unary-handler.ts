import type { DescMethod } from "@bufbuild/protobuf";
import type { handleUnaryCall, sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import { FeatureStoreError } from "@timewell/errors";
import { toGrpcStatus } from "../errors/to-grpc-status.ts";
import { CallRecord } from "../interceptors/call-record.ts";
import type { RpcPolicy } from "../interceptors/rpc-policy.ts";
import { admit } from "./admit.ts";
import { GrpcContext } from "./grpc-context.ts";
import type { BytesMethod } from "./grpc-server.ts";

/** The whole chain for one unary method of grpc-js: deadline → (size, by grpc-js) → who → may → count and log → handler. */
export function unaryHandler(
  policy: RpcPolicy,
  path: string,
  method: BytesMethod,
  desc: DescMethod | undefined,
): handleUnaryCall<Uint8Array, Uint8Array> {
  const name = path.slice(1);
  return (grpcCall: ServerUnaryCall<Uint8Array, Uint8Array>, respond: sendUnaryData<Uint8Array>) => {
    const record = new CallRecord(policy, name);
    const context = new GrpcContext(path, desc, grpcCall, policy.clock);
    let limit: AbortController | undefined;
    let answered = false;
    const fail = (reason: unknown) => {
      if (answered) return;
      answered = true;
      limit?.abort();
      const shown = grpcCall.cancelled ? context.endReason() : reason;
      record.fail(shown);
      const status = toGrpcStatus(shown);
      status.metadata.set("x-request-id", record.requestId);
      respond(status);
    };
    const succeed = (bytes: Uint8Array) => {
      if (answered) return;
      if (grpcCall.cancelled) return fail(undefined);
      answered = true;
      limit?.abort();
      record.succeed();
      respond(null, bytes);
    };
    try {
      const hasDeadline = admit(policy, method.access, grpcCall, context, record);
      const result = method.handler(grpcCall.request, context);
      if (!(result instanceof Promise)) return succeed(result);
      if (!hasDeadline) limit = limitUnary(policy, context, fail);
      result.then(succeed, fail);
    } catch (reason) {
      fail(reason);
    }
  };
}

function limitUnary(
  policy: RpcPolicy,
  context: GrpcContext,
  fail: (reason: unknown) => void,
): AbortController {
  const cleared = new AbortController();
  const { timeoutDefaultMs } = policy.limits;
  policy.clock.sleep(timeoutDefaultMs, cleared.signal).then(
    () => {
      const reason = new FeatureStoreError(
        "DEADLINE_EXCEEDED",
        `Cannot finish the request in ${timeoutDefaultMs} ms`,
      );
      context.abort(reason);
      fail(reason);
    },
    () => undefined, // Cleared: the call ended in time.
  );
  return cleared;
}
