import type { Transport } from "@connectrpc/connect";
import type { CallTimings } from "./call-timings.ts";

/** Where the services are. A service whose address is absent cannot be called. */
export interface TimewellClientOptions {
  /** FeatureRegistry, for example `http://127.0.0.1:7401`. */
  readonly registryUrl?: string | undefined;
  /** OnlineServing, for example `http://127.0.0.1:7402`; several servers that answer the same take calls in turn. */
  readonly servingUrl?: string | readonly string[] | undefined;
  /** Connections to each server of OnlineServing, 1 to 64. A server of several workers needs several to use them all. Absent: 1. */
  readonly connections?: number | undefined;
  /** OfflineRetrieval, for example `http://127.0.0.1:7403`. */
  readonly retrievalUrl?: string | undefined;
  /** Ingestion, for example `http://127.0.0.1:7404`. */
  readonly ingestionUrl?: string | undefined;
  /** Sent with every call. */
  readonly token?: string | undefined;
  readonly tls?: ClientTls | undefined;
  readonly timeouts?: Partial<ClientTimeouts> | undefined;
  readonly keepAlive?: Partial<KeepAlive> | undefined;
  /** Hears of every call with a single answer when it has ended. */
  readonly onCall?: ((timings: CallTimings) => void) | undefined;
}

/** How a server that is gone without a word is found: its calls fail as UNAVAILABLE after interval plus timeout at most. */
export interface KeepAlive {
  /** A ping is sent where nothing was heard for this long while calls are under way, ms. */
  readonly intervalMs: number;
  /** A ping that is not answered in this time ends the connection, ms. */
  readonly timeoutMs: number;
}

/** What holds where a client does not say otherwise. */
export const keepAliveDefault: KeepAlive = { intervalMs: 5_000, timeoutMs: 3_000 };

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
