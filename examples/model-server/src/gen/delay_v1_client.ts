// Written by `timewell gen`; do not edit, make it again.
// Feature service delay_v1 of project flights: revision 1, read from registry version 1.
// Make it again: timewell gen delay_v1 --project flights --lang ts --out DIR

import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import {
  GetRequestSchema,
  GetResponseSchema,
  type GetRequest,
  type GetResponse,
  type Row,
} from "./timewell/features/flights/delay_v1/messages_pb.ts";
import type { LogPositionSchema } from "./timewell/types/v1/log_position_pb.ts";

/** Whom to read for: join keys, and request data where the service has any. */
export interface DelayV1Keys {
  readonly origin: string;
  readonly destination: string;
}

/** The features of one entity; a view is undefined where its status is not PRESENT, a feature where it is NULL. */
export type DelayV1Row = Row;

/** An answer: rows in the order of the request. */
export type DelayV1Answer = GetResponse;

/** A view or alias of the service. */
export type DelayV1View = "origin" | "destination" | "routeDaily";

/** How the read of a view ended. */
export type DelayV1Status = "PRESENT" | "NOT_FOUND" | "EXPIRED" | "UNAVAILABLE" | "NEWER";

/** Where the service is, and how to talk to it. */
export interface DelayV1ClientOptions {
  /** For example `http://127.0.0.1:7402`; `https:` for TLS. Every address of the host's name is used in turn. */
  readonly url: string;
  /** Sent with every call. */
  readonly token?: string | undefined;
  /** PEM texts: the authority to trust where it is not a public one, and the client's own certificate where servers ask for one. */
  readonly tls?:
    | { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined }
    | undefined;
  /** Deadline of calls that do not name their own, ms [1000]. */
  readonly timeoutMs?: number | undefined;
}

/** How to read. */
export interface DelayV1GetOptions {
  /** Answer as of this instant, microseconds since 1970, UTC: ttl is judged then, and rows after it are NEWER. Absent: now. */
  readonly asOfUs?: bigint | undefined;
  /** Treat rows older than this as EXPIRED, milliseconds. It only tightens the ttl. Absent: the ttl alone. */
  readonly maxAgeMs?: bigint | undefined;
  /** Return event times and available times too. */
  readonly includeTimes?: boolean;
  /** Answer with status UNAVAILABLE where the store does not answer in time, instead of failing the call. */
  readonly allowPartial?: boolean;
  /** Wait until these rows can be read, within the deadline: positions that a push answered, at most 10,000. */
  readonly after?: MessageInitShape<typeof LogPositionSchema>[];
  /** Deadline, ms. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the call when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** A client of the feature service. It connects with the first call, and again when the connection breaks. */
export interface DelayV1Client {
  /**
   * Reads the features of 1 to 10,000 entities. Rejects with a ServiceError of grpc-js: its `code` is the gRPC status, its
   * `details` say what is wrong and how to mend it. UNAVAILABLE is tried again, twice at most and within a budget.
   */
  get(rows: readonly DelayV1Keys[], options?: DelayV1GetOptions): Promise<DelayV1Answer>;
  /** Ends the connections. */
  close(): void;
}

const path = "/timewell.features.flights.DelayV1/Get";

const channelOptions: grpc.ChannelOptions = {
  "grpc.service_config": JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: [{ service: "timewell.features.flights.DelayV1" }],
        retryPolicy: {
          maxAttempts: 3,
          initialBackoff: "0.02s",
          maxBackoff: "0.2s",
          backoffMultiplier: 2,
          retryableStatusCodes: ["UNAVAILABLE"],
        },
      },
    ],
    // Every failure costs a token, every success earns a tenth; below half of them nothing is tried again.
    retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
  }),
  "grpc.service_config_disable_resolution": 1,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2_000,
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
};

const statusNames: Readonly<Record<number, DelayV1Status>> = {
  0: "PRESENT",
  1: "PRESENT",
  2: "NOT_FOUND",
  3: "EXPIRED",
  4: "UNAVAILABLE",
  5: "NEWER",
};

/** Makes a client. Throws a TypeError where the address is no URL. */
export function createDelayV1Client(options: DelayV1ClientOptions): DelayV1Client {
  const client = new grpc.Client(targetOf(options.url), credentialsOf(options), channelOptions);
  const metadata = metadataOf(options);
  return {
    async get(rows, { timeoutMs = options.timeoutMs ?? 1_000, signal, ...readOptions } = {}) {
      const request = create(GetRequestSchema, { rows: [...rows], options: readOptions });
      return call(client, metadata, request, timeoutMs, signal);
    },
    close: () => client.close(),
  };
}

/** How the read of a view ended. A status that this client does not know counts as UNAVAILABLE. */
export function delayV1Status(row: DelayV1Row, view: DelayV1View): DelayV1Status {
  return statusNames[row.states?.[view] ?? 0] ?? "UNAVAILABLE";
}

/** One call: it ends at its deadline, and when the signal is aborted. */
function call(
  client: grpc.Client,
  metadata: grpc.Metadata,
  request: GetRequest,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<GetResponse> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const under = client.makeUnaryRequest(
      path,
      encode,
      decode,
      request,
      metadata,
      { deadline: Date.now() + timeoutMs },
      (error, answer) => {
        signal?.removeEventListener("abort", cancel);
        if (answer !== undefined) resolve(answer);
        else reject(signal?.aborted === true ? signal.reason : error);
      },
    );
    const cancel = () => under.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
  });
}

function metadataOf({ token }: DelayV1ClientOptions): grpc.Metadata {
  const metadata = new grpc.Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}

function targetOf(url: string): string {
  const { protocol, hostname, port } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "", port: "" };
  if (protocol !== "http:" && protocol !== "https:")
    throw new TypeError(`Cannot connect to ${url}: write it like http://127.0.0.1:7402`);
  return `dns:///${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

function credentialsOf({ url, tls = {} }: DelayV1ClientOptions): grpc.ChannelCredentials {
  if (new URL(url).protocol === "http:") return grpc.credentials.createInsecure();
  const [ca, key, cert] = [tls.ca, tls.key, tls.cert].map((pem) => (pem === undefined ? null : Buffer.from(pem)));
  return grpc.credentials.createSsl(ca, key, cert);
}

function encode(request: GetRequest): Buffer {
  const bytes = toBinary(GetRequestSchema, request);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decode(bytes: Buffer): GetResponse {
  return fromBinary(GetResponseSchema, bytes);
}
