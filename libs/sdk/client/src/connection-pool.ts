import type { ClientHttp2Stream, Http2Session, OutgoingHttpHeaders } from "node:http2";
import { Http2SessionManager, type GrpcTransportOptions } from "@connectrpc/connect-node";
import type { Clock } from "@timewell/ttl";
import type { KeepAlive } from "./client-options.ts";
import { timerHeader, type CallTimers } from "./timing-interceptor.ts";

type SessionManager = NonNullable<GrpcTransportOptions["sessionManager"]>;

/** What a pool is made of. */
export interface ConnectionPoolInit {
  /** Servers that answer the same. */
  readonly urls: readonly string[];
  /** Connections to each of them. */
  readonly connections: number;
  readonly keepAlive: KeepAlive;
  /** Certificates, as `node:http2` takes them. */
  readonly tls: Readonly<Record<string, string | Uint8Array>>;
  readonly timers: CallTimers;
  readonly clock: Clock;
}

interface Connection {
  readonly manager: Http2SessionManager;
  failedAtMs: number;
}

/** How long a server that could not be reached is left out, while there are others, ms. */
const leftOutMs = 1_000;

/**
 * Several HTTP/2 connections in the place of one: calls take them in turn. A connection is made with the first call on it, and made
 * again with the next call after it broke. A server that cannot be reached is left out for a second while there are others.
 */
export class ConnectionPool implements SessionManager {
  /** What the RPC library believes that it is connected to. */
  readonly authority: string;
  readonly #connections: readonly Connection[];
  readonly #managers = new WeakMap<ClientHttp2Stream, Http2SessionManager>();
  readonly #guarded = new WeakSet<Http2Session>();
  readonly #timers: CallTimers;
  readonly #clock: Clock;
  #turn = 0;

  constructor({ urls, connections, keepAlive, tls, timers, clock }: ConnectionPoolInit) {
    const pings = { pingIntervalMs: keepAlive.intervalMs, pingTimeoutMs: keepAlive.timeoutMs };
    this.authority = new URL(urls[0] ?? "").origin;
    // In turns of servers, not of connections to one of them.
    this.#connections = Array.from({ length: connections }, () => urls)
      .flat()
      .map((url) => ({ manager: new Http2SessionManager(url, pings, tls as object), failedAtMs: -Infinity }));
    this.#timers = timers;
    this.#clock = clock;
  }

  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: object,
  ): Promise<ClientHttp2Stream> {
    const { [timerHeader]: call, ...sent } = headers;
    const timer = call === undefined ? undefined : this.#timers.get(String(call));
    const connection = this.#next();
    const { manager } = connection;
    timer?.attempt(manager.authority);
    try {
      const stream = await manager.request(method, path, sent, options);
      timer?.opened(stream);
      this.#managers.set(stream, manager);
      this.#guard(stream.session);
      return stream;
    } catch (error) {
      connection.failedAtMs = this.#clock.monotonicMs();
      throw error;
    }
  }

  notifyResponseByteRead(stream: ClientHttp2Stream): void {
    this.#managers.get(stream)?.notifyResponseByteRead(stream);
  }

  /** Ends all connections; calls under way fail. */
  close(): void {
    for (const { manager } of this.#connections) manager.abort();
  }

  /** A manager that makes a new connection forgets the old one, whose error may come only then: nobody would hear it but the process. */
  #guard(session: Http2Session | undefined): void {
    if (session === undefined || this.#guarded.has(session)) return;
    this.#guarded.add(session);
    session.on("error", () => undefined);
  }

  #next(): Connection {
    const all = this.#connections;
    const usableFromMs = this.#clock.monotonicMs() - leftOutMs;
    for (let i = 0; i < all.length; i++) {
      const connection = all[this.#turn++ % all.length] as Connection;
      if (connection.failedAtMs < usableFromMs) return connection;
    }
    // All have failed just now: one of them it must be.
    return all[this.#turn++ % all.length] as Connection;
  }
}
