import type { ServiceImpl } from "@connectrpc/connect";
import type { OfflineRetrieval } from "@timewell/contracts";
import { principalOf, withoutFolders } from "@timewell/service";

import { getTrainingSet } from "../get-training-set.ts";
import type { RetrievalDeps } from "../retrieval-deps.ts";
import { describeTrainingSet } from "../training-sets/describe-training-set.ts";
import { listTrainingSets } from "../training-sets/list-training-sets.ts";

/** The OfflineRetrieval service over its logic. */
export function retrievalRoutes(deps: RetrievalDeps): ServiceImpl<typeof OfflineRetrieval> {
  const folders = [deps.roots.dataRoot, deps.offlineRoot];
  return {
    getTrainingSet: (requests, context) =>
      withoutFolders(
        getTrainingSet(deps, requests, { signal: context.signal, principal: principalOf(context) }),
        folders,
      ),
    listTrainingSets: (request) => listTrainingSets(deps, request),
    describeTrainingSet: (request) => describeTrainingSet(deps, request),
  };
}
