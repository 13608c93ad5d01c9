import { createClient, type Client, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  FeatureRegistry,
  grpcHealthV1,
  Ingestion,
  OfflineRetrieval,
  OnlineServing,
} from "@timewell/contracts";

/** The services, and the second, HTTP-only port of serving. */
export const endpointNames = ["registry", "serving", "http", "retrieval", "ingestion"] as const;

/** One of them. */
export type EndpointName = (typeof endpointNames)[number];

/** Bare gRPC clients: what a call answers is what the server said, once, without retries. */
export interface Clients {
  readonly registry: Client<typeof FeatureRegistry>;
  readonly serving: Client<typeof OnlineServing>;
  readonly retrieval: Client<typeof OfflineRetrieval>;
  readonly ingestion: Client<typeof Ingestion>;
  /** The standard health service of one of them. */
  health(name: Exclude<EndpointName, "http">): Client<typeof grpcHealthV1.Health>;
}

/** What callers show. */
export interface Credentials {
  readonly token?: string | undefined;
  /** Certificate authority to trust, PEM. */
  readonly ca?: string | undefined;
}

/** Makes clients of the services at these addresses. */
export function makeClients(
  urls: Readonly<Record<EndpointName, string>>,
  credentials: Credentials = {},
): Clients {
  const showToken: Interceptor = (next) => (request) => {
    if (credentials.token !== undefined) request.header.set("authorization", `Bearer ${credentials.token}`);
    return next(request);
  };
  const transport = (name: EndpointName) =>
    createGrpcTransport({
      baseUrl: urls[name],
      interceptors: [showToken],
      ...(credentials.ca === undefined ? {} : { nodeOptions: { ca: credentials.ca } }),
    });
  return {
    registry: createClient(FeatureRegistry, transport("registry")),
    serving: createClient(OnlineServing, transport("serving")),
    retrieval: createClient(OfflineRetrieval, transport("retrieval")),
    ingestion: createClient(Ingestion, transport("ingestion")),
    health: (name) => createClient(grpcHealthV1.Health, transport(name)),
  };
}
