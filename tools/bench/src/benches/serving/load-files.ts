import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { grpcFrame } from "../../harness/grpc-frame.ts";
import type { LoadBody } from "../../harness/load.ts";
import type { ServingSizes } from "./serving-sizes.ts";

/** Headers of a gRPC call as clients send them; the deadline is in force. */
export function grpcHeaders({ deadlineS }: Pick<ServingSizes, "deadlineS">): string[] {
  return ["content-type:application/grpc", "te:trailers", `grpc-timeout:${deadlineS}S`];
}

/** Writes gRPC requests to files for the load generator. `answerBytes`: of the answer to each, frame included. */
export function writeGrpcBodies(
  folder: string,
  messages: readonly Uint8Array[],
  answerBytes: readonly number[],
): LoadBody[] {
  return writeBodies(folder, messages.map(grpcFrame)).map((file, i) => ({
    file,
    answerBytes: answerBytes[i]!,
  }));
}

/** Writes bodies to files and returns their paths. */
export function writeBodies(folder: string, bodies: readonly Uint8Array[]): string[] {
  mkdirSync(folder, { recursive: true });
  return bodies.map((body, i) => {
    const file = path.join(folder, `${i}.body`);
    writeFileSync(file, body);
    return file;
  });
}
