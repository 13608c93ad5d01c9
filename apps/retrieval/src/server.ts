import type { ConnectRouter } from "@connectrpc/connect";
import { OfflineRetrieval } from "@timewell/contracts";

import type { RetrievalDeps } from "./retrieval-deps.ts";
import { retrievalRoutes } from "./rpc/retrieval-routes.ts";

/** Offline retrieval, ready to be mounted on a listener. */
export interface RetrievalServer {
  readonly services: readonly [typeof OfflineRetrieval];
  readonly routes: (router: ConnectRouter) => void;
}

/** Puts retrieval together over its engines. */
export function createRetrievalServer(deps: RetrievalDeps): RetrievalServer {
  return {
    services: [OfflineRetrieval],
    routes: (router) => router.service(OfflineRetrieval, retrievalRoutes(deps)),
  };
}
