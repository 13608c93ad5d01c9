import { create, toBinary, type DescMethod, type MessageInitShape } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { ServerDuplexStream, ServerWritableStream } from "@grpc/grpc-js";
import { toGrpcStatus } from "../errors/to-grpc-status.ts";
import { CallRecord } from "../interceptors/call-record.ts";
import { methodPath, requirementOf } from "../interceptors/requirement-of.ts";
import type { RpcPolicy } from "../interceptors/rpc-policy.ts";
import { iterateUntilAborted } from "../interceptors/until-aborted.ts";
import { admit } from "./admit.ts";
import { decodeRequest } from "./decode-request.ts";
import { GrpcContext } from "./grpc-context.ts";
import { GrpcJsCall } from "./grpc-js-call.ts";
import { writeWithDrain } from "./write-with-drain.ts";

/** A handler that answers with a stream; its request is a message or, for two-way streams, a stream. */
export type StreamImplementation = (request: unknown, context: HandlerContext) => AsyncIterable<unknown>;

type StreamCall = ServerWritableStream<Uint8Array, Uint8Array> | ServerDuplexStream<Uint8Array, Uint8Array>;

/** The whole chain for one streaming method of grpc-js. The next answer is made only when the one before it is on its way. */
export function streamHandler(policy: RpcPolicy, method: DescMethod, run: StreamImplementation) {
  const name = methodPath(method);
  const requirement = requirementOf(method);
  return (call: StreamCall): void => {
    const record = new CallRecord(policy, name);
    const common = new GrpcJsCall(call, policy.clock);
    const context = new GrpcContext(`/${name}`, method, common);
    const signal = AbortSignal.any([context.signal, policy.shutdown]);
    const answer = async () => {
      admit(policy, requirement, common, context, record);
      const request =
        "request" in call ? decodeRequest(method.input, call.request) : requestsOf(method, call);
      for await (const message of iterateUntilAborted(run(request, context), signal)) {
        const made = create(method.output, message as MessageInitShape<typeof method.output>);
        await writeWithDrain(call, toBinary(method.output, made), signal);
      }
    };
    answer().then(
      () => {
        record.succeed();
        call.end();
      },
      (reason: unknown) => {
        record.fail(reason);
        context.abort(reason);
        const status = toGrpcStatus(reason);
        status.metadata.set("x-request-id", record.requestId);
        call.emit("error", status);
      },
    );
  };
}

async function* requestsOf(method: DescMethod, call: ServerDuplexStream<Uint8Array, Uint8Array>) {
  for await (const bytes of call.iterator({ destroyOnReturn: false })) {
    yield decodeRequest(method.input, bytes as Uint8Array);
  }
}
