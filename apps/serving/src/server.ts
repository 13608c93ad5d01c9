import type { ConnectRouter } from "@connectrpc/connect";
import { OnlineServing } from "@timewell/contracts";
import type { GrpcServer, LiveDescriptors } from "@timewell/service";

import { servingRoutes } from "./rpc/serving-routes.ts";
import type { ServingDeps } from "./serving-deps.ts";
import { hostTypedServices } from "./typed/host-typed-services.ts";

/** Online serving, ready to be mounted on a listener. */
export interface ServingServer {
  readonly services: readonly [typeof OnlineServing];
  /** For HTTP: Connect and JSON. */
  readonly routes: (router: ConnectRouter) => void;
  /** For gRPC: also the typed services, which `descriptors` lists. */
  readonly grpc: (server: GrpcServer, descriptors: LiveDescriptors) => void;
}

/** Puts serving together over its engines. */
export function createServingServer(deps: ServingDeps): ServingServer {
  const implementation = servingRoutes(deps);
  return {
    services: [OnlineServing],
    routes: (router) => router.service(OnlineServing, implementation),
    grpc(server, descriptors) {
      server.service(OnlineServing, implementation);
      hostTypedServices(deps, server, descriptors);
    },
  };
}
