import type { handleUnaryCall } from "@grpc/grpc-js";
import { GrpcJsCall } from "./grpc-js-call.ts";
import { type HostedUnary, UnaryCall } from "./unary-call.ts";

/** The handler of grpc-js for a unary method: of the calls that it is left to answer. */
export function grpcJsUnary(hosted: HostedUnary): handleUnaryCall<Uint8Array, Uint8Array> {
  return (call, respond) => {
    const answer = {
      succeed: (message: Uint8Array) => respond(null, message),
      fail: respond,
    };
    new UnaryCall(hosted, new GrpcJsCall(call, hosted.policy.clock), answer).run(call.request);
  };
}
