import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy that can lose what the server answers. */
export interface LossyProxy {
  /** Address of the proxy, `http:`. */
  readonly url: string;
  /** Requests with this text reach the server; nothing reaches their client any more. */
  loseAnswersTo(text: string): void;
  /** Cuts all connections; later ones work. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy before a server on this machine. */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const port = Number(new URL(target).port);
  const sockets = new Set<Socket>();
  let lossyText: string | undefined;
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    }
    let isLossy = false;
    client.on("data", (chunk: Buffer) => {
      isLossy ||= lossyText !== undefined && chunk.includes(lossyText);
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      if (!isLossy) client.write(chunk);
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    lossyText = undefined;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswersTo: (text) => (lossyText = text),
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
