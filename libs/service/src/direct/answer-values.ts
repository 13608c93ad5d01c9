import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { createContextKey, createContextValues, type ContextValues } from "@connectrpc/connect";
import { AnswerStream } from "./answer-stream.ts";

/** Where the HTTP/2 stream of a gRPC call is kept; undefined for other protocols and for calls inside the process. */
export const answerKey = createContextKey<AnswerStream | undefined>(undefined, {
  description: "HTTP/2 stream of the call",
});

/** Values of the context of a call that came over this request. */
export function answerValues(request: IncomingMessage | Http2ServerRequest): ContextValues {
  const values = createContextValues();
  const type = request.headers["content-type"];
  const isGrpc = type === "application/grpc" || type === "application/grpc+proto";
  if (isGrpc && "stream" in request) values.set(answerKey, new AnswerStream(request.stream));
  return values;
}
