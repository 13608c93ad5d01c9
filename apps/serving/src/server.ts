import type { ConnectRouter } from "@connectrpc/connect";
import { OnlineServing } from "@timewell/contracts";
import type { GrpcServer } from "@timewell/service";

import { servingRoutes } from "./rpc/serving-routes.ts";
import type { ServingDeps } from "./serving-deps.ts";

/** Online serving, ready to be mounted on a listener. */
export interface ServingServer {
  readonly services: readonly [typeof OnlineServing];
  /** For HTTP: Connect and JSON. */
  readonly routes: (router: ConnectRouter) => void;
  /** For gRPC. */
  readonly grpc: (server: GrpcServer) => void;
}

/** Puts serving together over its engines. */
export function createServingServer(deps: ServingDeps): ServingServer {
  const implementation = servingRoutes(deps);
  return {
    services: [OnlineServing],
    routes: (router) => router.service(OnlineServing, implementation),
    grpc: (server) => server.service(OnlineServing, implementation),
  };
}
