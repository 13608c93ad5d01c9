import type { ServiceImpl } from "@connectrpc/connect";
import type { OnlineServing } from "@timewell/contracts";

import { createGetOnlineFeatures } from "../get-online-features.ts";
import { getServingInfo } from "../get-serving-info.ts";
import type { ServingDeps } from "../serving-deps.ts";

/** The OnlineServing service over its logic; the same object answers gRPC and HTTP. */
export function servingRoutes(deps: ServingDeps): ServiceImpl<typeof OnlineServing> {
  const getOnlineFeatures = createGetOnlineFeatures(deps);
  return {
    getOnlineFeatures: (request, context) => getOnlineFeatures(request, context.timeoutMs()),
    getServingInfo: (request) => getServingInfo(deps, request),
  };
}
