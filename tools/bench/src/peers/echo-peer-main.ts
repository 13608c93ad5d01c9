// A grpc-js server that answers every call with one prebuilt buffer: nothing is decoded, read or built.
import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import type { EchoAnswer, EchoQuestion } from "./echo-peer.ts";

let answer = Buffer.alloc(0);
let calls = 0;
const same = (bytes: Buffer): Buffer => bytes;
const echo: handleUnaryCall<Buffer, Buffer> = (_call, respond) => {
  calls++;
  respond(null, answer);
};

const server = new Server({ "grpc.max_concurrent_streams": 1000, "grpc.enable_channelz": 0 });
server.register("/timewell.bench.Echo/Get", echo, same, same, "unary");
const port = await new Promise<number>((resolve, reject) =>
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
    error === null ? resolve(bound) : reject(error),
  ),
);

process.on("message", (question: EchoQuestion) => {
  if (question.answerBytes !== undefined) answer = Buffer.alloc(question.answerBytes, 1);
  const found: EchoAnswer = { port, calls };
  process.send!(found);
});
process.on("disconnect", () => process.exit());
