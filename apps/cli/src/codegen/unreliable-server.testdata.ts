import { Metadata, Server, ServerCredentials, status, type ServerUnaryCall } from "@grpc/grpc-js";

/** What a call gets: bytes of an answer, a failure, or nothing at all. */
export type Reply = Uint8Array | "UNAVAILABLE" | "silence";

/** A gRPC server at which everything can be made to go wrong. */
export interface UnreliableServer {
  readonly port: number;
  /** Metadata `authorization` of each call so far. */
  readonly calls: string[];
  /** Message of each call so far. */
  readonly requests: Buffer[];
  stop(): void;
}

/** Hosts one method; `reply` decides about each call, counted from 0. */
export async function startUnreliableServer(
  path: string,
  reply: (call: number) => Reply,
  { port = 0, credentials = ServerCredentials.createInsecure() } = {},
): Promise<UnreliableServer> {
  const server = new Server();
  const calls: string[] = [];
  const requests: Buffer[] = [];
  const same = (bytes: Buffer) => bytes;
  const handler = (
    call: ServerUnaryCall<Buffer, Buffer>,
    answer: (error: object | null, bytes?: Buffer) => void,
  ) => {
    const next = reply(calls.length);
    requests.push(call.request);
    calls.push(String(call.metadata.get("authorization")[0] ?? ""));
    if (next === "UNAVAILABLE")
      answer({ code: status.UNAVAILABLE, details: "not now", metadata: new Metadata() });
    else if (next !== "silence") answer(null, Buffer.from(next));
  };
  server.register(path, handler as never, same, same, "unary");
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, at) => (error ? reject(error) : resolve(at))),
  );
  return { port: bound, calls, requests, stop: () => server.forceShutdown() };
}
