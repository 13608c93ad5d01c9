import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { OnlineServing } from "@timewell/contracts";

/** A server of OnlineServing that does what the test says. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Calls by connection, in the order in which the connections were made. */
  readonly calls: number[];
  /** Ends it and its connections. */
  stop(): Promise<void>;
}

/** Starts one; GetServingInfo is answered by `answer`. */
export async function startServer(answer: () => object | Promise<object>, port = 0): Promise<TestServer> {
  const routes = (router: ConnectRouter) =>
    void router.rpc(OnlineServing.method.getServingInfo, () => answer());
  const server = createServer(connectNodeAdapter({ routes }));
  const sessions: ServerHttp2Session[] = [];
  const calls: number[] = [];
  server.on("session", (session) => {
    const index = sessions.push(session) - 1;
    calls.push(0);
    session.on("stream", () => calls[index]!++);
    session.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    calls,
    stop() {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
