import type { Transport } from "@connectrpc/connect";

/** Where the services are. A service whose address is absent cannot be called. */
export interface TimewellClientOptions {
  /** FeatureRegistry, for example `http://127.0.0.1:7401`. */
  readonly registryUrl?: string | undefined;
  /** OnlineServing, for example `http://127.0.0.1:7402`. */
  readonly servingUrl?: string | undefined;
  /** OfflineRetrieval, for example `http://127.0.0.1:7403`. */
  readonly retrievalUrl?: string | undefined;
  /** Ingestion, for example `http://127.0.0.1:7404`. */
  readonly ingestionUrl?: string | undefined;
  /** Sent with every call. */
  readonly token?: string | undefined;
  readonly tls?: ClientTls | undefined;
  readonly timeouts?: Partial<ClientTimeouts> | undefined;
}

/** TLS of `https:` addresses: PEM texts, or the files that hold them. */
export interface ClientTls {
  /** Authority of the servers' certificates, where it is not a public one. */
  readonly ca?: string | Uint8Array | undefined;
  readonly caFile?: string | undefined;
  /** The client's own certificate, where servers ask for one. */
  readonly cert?: string | Uint8Array | undefined;
  readonly certFile?: string | undefined;
  readonly key?: string | Uint8Array | undefined;
  readonly keyFile?: string | undefined;
}

/** Deadlines of calls that do not name their own, ms. */
export interface ClientTimeouts {
  /** Online reads. */
  readonly onlineMs: number;
  /** Every other single answer. */
  readonly callMs: number;
  /** Streams: materializations, training sets. */
  readonly streamMs: number;
}

/** What holds where a client does not say otherwise. */
export const clientTimeoutsDefault: ClientTimeouts = {
  onlineMs: 5_000,
  callMs: 60_000,
  streamMs: 6 * 60 * 60 * 1000,
};

/** One transport for each service, for tests and for calls inside a process. */
export interface ClientTransports {
  readonly registry?: Transport | undefined;
  readonly serving?: Transport | undefined;
  readonly retrieval?: Transport | undefined;
  readonly ingestion?: Transport | undefined;
}
