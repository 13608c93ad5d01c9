import { createServer, connect, type AddressInfo, type Socket } from "node:net";

/** What happens once so many bytes, of both directions together, have gone through. */
export interface PlannedCut {
  readonly afterBytes: number;
  readonly cut: () => void;
}

/** A TCP proxy that counts bytes, and calls out at any of them. */
export class CuttingProxy {
  /** Where clients connect. */
  readonly url: string;
  readonly #server;
  readonly #sockets = new Set<Socket>();
  #bytes = 0;
  #plan: PlannedCut | undefined;
  #isUp: Promise<unknown> = Promise.resolve();
  #refusals = 0;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Opens a proxy in front of a port of this machine. */
  static async open(port: number): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const proxy = new CuttingProxy(server);
    server.on("connection", (client: Socket) => void proxy.#accept(client, port));
    return proxy;
  }

  /** Bytes since the last call. */
  takeBytes(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  /** Plans what happens next; bytes are counted from now on. */
  plan(next: PlannedCut | undefined): void {
    this.#bytes = 0;
    this.#plan = next;
  }

  /** The server is gone until then: the next connection is refused, those after it wait. */
  downUntil(isUp: Promise<unknown>): void {
    this.#isUp = isUp;
    this.#refusals = 1;
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #accept(client: Socket, port: number): Promise<void> {
    client.on("error", () => undefined);
    if (this.#refusals-- > 0) {
      client.resetAndDestroy();
      return;
    }
    await this.#isUp;
    if (!client.destroyed) this.#join(client, connect(port, "127.0.0.1"));
  }

  #join(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on("data", (bytes: Buffer) => this.#pass(bytes, from, to));
    }
  }

  /** The cut comes between the last byte that goes through and the next one, wherever a message ends. */
  #pass(bytes: Buffer, from: Socket, to: Socket): void {
    const left = (this.#plan?.afterBytes ?? Infinity) - this.#bytes;
    if (bytes.length < left) {
      this.#bytes += bytes.length;
      if (!to.write(bytes)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
      return;
    }
    const { cut } = this.#plan!;
    this.#plan = undefined;
    this.#bytes += left;
    to.write(bytes.subarray(0, left));
    cut();
  }
}
