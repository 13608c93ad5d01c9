import { readFileSync } from "node:fs";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { Clock } from "@timewell/ttl";
import type { ClientTls, KeepAlive } from "./client-options.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { CallTimers } from "./timing-interceptor.ts";

const connectionsMax = 64;

/** A transport, and how to end its connection. */
export interface OwnedTransport {
  readonly transport: Transport;
  close(): void;
}

/** How to connect to the servers of one service. */
export interface ConnectInit {
  /** One, or several that answer the same. */
  readonly urls: readonly string[];
  /** Connections to each of them. */
  readonly connections: number;
  readonly tls: ClientTls | undefined;
  readonly keepAlive: KeepAlive;
  readonly interceptors: Interceptor[];
  readonly timers: CallTimers;
  readonly clock: Clock;
}

/** gRPC over HTTP/2 connections, which are made with the first calls and made again when they break. */
export function connectTransport(init: ConnectInit): OwnedTransport {
  const { urls, connections, tls, interceptors, ...others } = init;
  urls.forEach(checkUrl);
  if (!Number.isInteger(connections) || connections < 1 || connections > connectionsMax) {
    throw new FeatureStoreError(
      "INVALID_CONFIG",
      `Cannot make ${showValue(connections)} connections: expected a whole number from 1 to ${connectionsMax}`,
    );
  }
  const files = urls.some((url) => url.startsWith("https:")) ? readTls(tls ?? {}) : {};
  const pool = new ConnectionPool({ urls, connections, tls: files, ...others });
  // Compression costs more than loopback or data-centre networks; a client that needs it makes its own transport.
  const transport = createGrpcTransport({
    baseUrl: urls[0] ?? "",
    sessionManager: pool,
    interceptors,
    acceptCompression: [],
  });
  return { transport, close: () => pool.close() };
}

function checkUrl(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw new FeatureStoreError("INVALID_CONFIG", `Cannot connect to ${showValue(url)}: expected a URL`, {
    hint: "Write it like http://127.0.0.1:7401 or https://features.example:7401.",
  });
}

function readTls(tls: ClientTls) {
  const parts = {
    ca: tls.ca ?? readPem(tls.caFile),
    cert: tls.cert ?? readPem(tls.certFile),
    key: tls.key ?? readPem(tls.keyFile),
  };
  const given = Object.entries(parts).filter(
    (part): part is [string, string | Uint8Array] => part[1] !== undefined,
  );
  return Object.fromEntries(
    given.map(([name, pem]) => [name, typeof pem === "string" ? pem : Buffer.from(pem)]),
  );
}

function readPem(path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new FeatureStoreError("INVALID_CONFIG", `Cannot read the PEM file ${showValue(path)}`, {
      hint: "Check that the file exists and that this process may read it.",
      cause,
    });
  }
}
