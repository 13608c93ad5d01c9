import type { ServiceImpl } from "@connectrpc/connect";
import type { OfflineRetrieval } from "@timewell/contracts";
import { principalOf, sendDirectly, sendsDirectly, withoutFolders } from "@timewell/service";

import { getTrainingSet } from "../get-training-set.ts";
import type { RetrievalDeps } from "../retrieval-deps.ts";
import { directPartBytesMax, piecesOfPart } from "../stream/pieces-of-part.ts";
import { describeTrainingSet } from "../training-sets/describe-training-set.ts";
import { listTrainingSets } from "../training-sets/list-training-sets.ts";

/** The OfflineRetrieval service over its logic. */
export function retrievalRoutes(deps: RetrievalDeps): ServiceImpl<typeof OfflineRetrieval> {
  const folders = [deps.roots.dataRoot, deps.offlineRoot];
  return {
    getTrainingSet(requests, context) {
      const { signal } = context;
      const partBytesMax = sendsDirectly(context) ? directPartBytesMax : undefined;
      const call = { signal, principal: principalOf(context), partBytesMax };
      return sendDirectly(
        withoutFolders(getTrainingSet(deps, requests, call), folders),
        context,
        piecesOfPart,
      );
    },
    listTrainingSets: (request) => listTrainingSets(deps, request),
    describeTrainingSet: (request) => describeTrainingSet(deps, request),
  };
}
