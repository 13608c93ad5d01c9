import { readFileSync } from "node:fs";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { ClientTls } from "./client-options.ts";

/** A transport, and how to end its connection. */
export interface OwnedTransport {
  readonly transport: Transport;
  close(): void;
}

/** gRPC over one HTTP/2 connection, which is made with the first call and made again when it breaks. */
export function connectTransport(
  url: string,
  tls: ClientTls | undefined,
  interceptors: Interceptor[],
): OwnedTransport {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new FeatureStoreError("INVALID_CONFIG", `Cannot connect to ${showValue(url)}: expected a URL`, {
      hint: "Write it like http://127.0.0.1:7401 or https://features.example:7401.",
    });
  }
  const files = url.startsWith("https:") ? readTls(tls ?? {}) : {};
  const sessionManager = new Http2SessionManager(url, { pingIntervalMs: 20_000 }, files);
  // Compression costs more than loopback or data-centre networks; a client that needs it makes its own transport.
  const transport = createGrpcTransport({
    baseUrl: url,
    sessionManager,
    interceptors,
    acceptCompression: [],
  });
  return { transport, close: () => sessionManager.abort() };
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
