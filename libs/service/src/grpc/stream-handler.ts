import { create, toBinary, type DescMethod, type MessageInitShape } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { ServerDuplexStream, ServerWritableStream } from "@grpc/grpc-js";
import type { Requirement } from "../auth/authorize.ts";
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

/** A streaming method as it is hosted: its handler takes and gives bytes. */
export interface HostedStream {
  /** `package.Service/Method`. */
  readonly name: string;
  readonly access: Requirement;
  /** Absent where it was registered by path. */
  readonly desc: DescMethod | undefined;
  /** Takes the bytes of the one request, or of one after another. */
  readonly run: (
    request: Uint8Array | AsyncIterable<Uint8Array>,
    context: HandlerContext,
  ) => AsyncIterable<Uint8Array>;
}

/** A generated method, decoded and encoded around its implementation. */
export function messageStream(method: DescMethod, run: StreamImplementation): HostedStream {
  return {
    name: methodPath(method),
    access: requirementOf(method),
    desc: method,
    async *run(request, context) {
      const decoded =
        request instanceof Uint8Array ? decodeRequest(method.input, request) : decodeAll(method, request);
      for await (const message of run(decoded, context))
        yield toBinary(
          method.output,
          create(method.output, message as MessageInitShape<typeof method.output>),
        );
    },
  };
}

/** The whole chain for one streaming method of grpc-js. The next answer is made only when the one before it is on its way. */
export function streamHandler(policy: RpcPolicy, { name, access, desc, run }: HostedStream) {
  return (call: StreamCall): void => {
    const record = new CallRecord(policy, name);
    const common = new GrpcJsCall(call, policy.clock);
    const context = new GrpcContext(`/${name}`, desc, common);
    const signal = AbortSignal.any([context.signal, policy.shutdown]);
    const answer = async () => {
      admit(policy, access, common, context, record);
      const request =
        "request" in call
          ? call.request
          : (call.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>);
      for await (const bytes of iterateUntilAborted(run(request, context), signal))
        await writeWithDrain(call, bytes, signal);
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

async function* decodeAll(method: DescMethod, requests: AsyncIterable<Uint8Array>) {
  for await (const bytes of requests) yield decodeRequest(method.input, bytes);
}
