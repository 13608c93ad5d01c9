import type { ConnectRouter } from "@connectrpc/connect";
import { OnlineServing } from "@timewell/contracts";
import type { GrpcServer, HttpRoutes, LiveDescriptors } from "@timewell/service";

import { FeastPlans } from "./feast/feast-plans.ts";
import { createFeastReader } from "./feast/feast-reader.ts";
import { feastRoutes } from "./feast/feast-routes.ts";
import { hostFeastService } from "./feast/host-feast-service.ts";
import { AppliedPositions } from "./read-after/applied-positions.ts";
import { servingRoutes } from "./rpc/serving-routes.ts";
import type { ServingDeps } from "./serving-deps.ts";
import { hostTypedServices } from "./typed/host-typed-services.ts";

/** Online serving, ready to be mounted on a listener. */
export interface ServingServer {
  readonly services: readonly [typeof OnlineServing];
  /** For HTTP: Connect and JSON. */
  readonly routes: (router: ConnectRouter) => void;
  /** For HTTP: the paths of Feast's feature server. */
  readonly http: HttpRoutes;
  /** For gRPC: also Feast's contract and the typed services, which `descriptors` lists. */
  readonly grpc: (server: GrpcServer, descriptors: LiveDescriptors) => void;
}

/** Puts serving together over its engines. */
export function createServingServer(deps: ServingDeps): ServingServer {
  const applied = new AppliedPositions(deps);
  const implementation = servingRoutes(deps, applied);
  const feastPlans = new FeastPlans(deps);
  const feastReader = createFeastReader(deps);
  return {
    services: [OnlineServing],
    routes: (router) => router.service(OnlineServing, implementation),
    http: feastRoutes(feastPlans, feastReader, deps.definitions),
    grpc(server, descriptors) {
      server.service(OnlineServing, implementation);
      hostTypedServices(deps, server, descriptors, applied);
      hostFeastService(feastPlans, feastReader, server, descriptors);
    },
  };
}
