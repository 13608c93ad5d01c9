import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { FeatureStoreError } from "@timewell/errors";
import type { Logger } from "pino";
import type { ListenAddress } from "../config/options.ts";
import { sniffProtocol } from "./sniff-protocol.ts";

/** Who takes a connection over once its protocol is known. */
export interface ConnectionSinks {
  http1(socket: Socket): void;
  http2(socket: Socket): void;
}

/** What a listener is made of. */
export interface ListenerInit {
  readonly address: ListenAddress;
  readonly tls: TlsOptions | undefined;
  readonly sinks: ConnectionSinks;
  readonly log: Logger;
}

const connectionsMax = 10_000;
const firstBytesTimeoutMs = 30_000;

/** One port for HTTP/2 and HTTP/1.1, with or without TLS. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections that have not said anything yet. */
  readonly #silent = new Set<Socket>();
  readonly #init: ListenerInit;

  private constructor(init: ListenerInit) {
    this.#init = init;
    const onSocket = (socket: Socket) => void this.#dispatch(socket);
    this.#server = init.tls === undefined ? createServer(onSocket) : createTlsServer(init.tls, onSocket);
    this.#server.maxConnections = connectionsMax;
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    // A failed handshake is the peer's affair.
    this.#server.on("tlsClientError", (error: Error) =>
      init.log.debug({ err: error }, "TLS handshake failed"),
    );
  }

  /** Binds the port; INVALID_CONFIG where that cannot be done. */
  static async open(init: ListenerInit): Promise<Listener> {
    const listener = new Listener(init);
    const { host, port } = init.address;
    await new Promise<void>((resolve, reject) => {
      listener.#server.once("error", (cause: NodeJS.ErrnoException) => {
        const why =
          cause.code === "EADDRINUSE"
            ? "another process listens there"
            : (cause.code ?? "the system refused");
        const hint = "Stop the other process, or choose another --listen; port 0 takes a free one.";
        reject(
          new FeatureStoreError("INVALID_CONFIG", `Cannot listen on ${host}:${port}: ${why}`, {
            hint,
            cause,
          }),
        );
      });
      listener.#server.listen({ host, port }, resolve);
    });
    listener.#server.removeAllListeners("error");
    listener.#server.on("error", (err) => init.log.error({ err }, "listener failed"));
    return listener;
  }

  /** The bound port. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops to accept; resolves when the last connection is closed. */
  close(): Promise<void> {
    return new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Number of connections that have not said anything yet. */
  get silent(): number {
    return this.#silent.size;
  }

  /** Ends connections that never said anything. */
  endSilent(): void {
    for (const socket of this.#silent) socket.destroy();
  }

  /** Ends every connection at once. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #dispatch(socket: Socket): Promise<void> {
    socket.on("error", (error) => this.#init.log.debug({ err: error }, "connection failed"));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 20_000);
    this.#silent.add(socket);
    const protocol = await sniffProtocol(socket, firstBytesTimeoutMs);
    this.#silent.delete(socket);
    if (protocol === "closed") socket.destroy();
    else this.#init.sinks[protocol](socket);
  }
}
