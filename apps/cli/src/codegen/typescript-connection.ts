import type { DescService } from "@bufbuild/protobuf";

/** The interface of what a ready client is made with; `name` is that of the client without its last word. */
export function clientOptionsText(name: string, port: string, timeoutMs: number): string {
  return `/** Where the service is, and how to talk to it. */
export interface ${name}ClientOptions {
  /** For example \`http://127.0.0.1:${port}\`; \`https:\` for TLS. Every address of the host's name is used in turn. */
  readonly url: string;
  /** Sent with every call. */
  readonly token?: string | undefined;
  /** PEM texts: the authority to trust where it is not a public one, and the client's own certificate where servers ask for one. */
  readonly tls?:
    | { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined }
    | undefined;
  /** Deadline of calls that do not name their own, ms [${timeoutMs}]. */
  readonly timeoutMs?: number | undefined;
}
`;
}

/** Path of the method, and how channels behave: retries with a budget, pings, limits. */
export function channelText({ typeName }: DescService, method: string): string {
  return `const path = "/${typeName}/${method}";

const channelOptions: grpc.ChannelOptions = {
  "grpc.service_config": JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: [{ service: "${typeName}" }],
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
`;
}

/** Functions that make connections and calls; `request` and `answer` are the messages of the method. */
export function connectionText(name: string, port: string, request: string, answer: string): string {
  return `/** One call: it ends at its deadline, and when the signal is aborted. */
function call(
  client: grpc.Client,
  metadata: grpc.Metadata,
  request: ${request},
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<${answer}> {
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

function metadataOf({ token }: ${name}ClientOptions): grpc.Metadata {
  const metadata = new grpc.Metadata();
  if (token !== undefined) metadata.set("authorization", \`Bearer \${token}\`);
  return metadata;
}

function targetOf(url: string): string {
  const { protocol, hostname, port } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "", port: "" };
  if (protocol !== "http:" && protocol !== "https:")
    throw new TypeError(\`Cannot connect to \${url}: write it like http://127.0.0.1:${port}\`);
  return \`dns:///\${hostname}:\${port || (protocol === "https:" ? 443 : 80)}\`;
}

function credentialsOf({ url, tls = {} }: ${name}ClientOptions): grpc.ChannelCredentials {
  if (new URL(url).protocol === "http:") return grpc.credentials.createInsecure();
  const [ca, key, cert] = [tls.ca, tls.key, tls.cert].map((pem) => (pem === undefined ? null : Buffer.from(pem)));
  return grpc.credentials.createSsl(ca, key, cert);
}

function encode(request: ${request}): Buffer {
  const bytes = toBinary(${request}Schema, request);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decode(bytes: Buffer): ${answer} {
  return fromBinary(${answer}Schema, bytes);
}
`;
}
