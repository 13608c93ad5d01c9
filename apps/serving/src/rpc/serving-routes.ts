import type { ServiceImpl } from "@connectrpc/connect";
import type { OnlineServing } from "@timewell/contracts";

import { createGetOnlineFeatures } from "../get-online-features.ts";
import { getServingInfo } from "../get-serving-info.ts";
import type { AppliedPositions } from "../read-after/applied-positions.ts";
import type { ServingDeps } from "../serving-deps.ts";

/** The OnlineServing service over its logic; the same object answers gRPC and HTTP. */
export function servingRoutes(
  deps: ServingDeps,
  applied?: AppliedPositions,
): ServiceImpl<typeof OnlineServing> {
  const getOnlineFeatures = createGetOnlineFeatures(deps, applied);
  return {
    getOnlineFeatures: (request, context) => getOnlineFeatures(request, context.timeoutMs()),
    getServingInfo: (request) => getServingInfo(deps, request),
  };
}
