import type { ServiceImpl } from "@connectrpc/connect";
import type { OfflineRetrieval } from "@timewell/contracts";

import { getTrainingSet } from "../get-training-set.ts";
import type { RetrievalDeps } from "../retrieval-deps.ts";
import { uploadLabels } from "../upload-labels.ts";

/** The OfflineRetrieval service over its logic. */
export function retrievalRoutes(deps: RetrievalDeps): ServiceImpl<typeof OfflineRetrieval> {
  return {
    uploadLabels: (requests) => uploadLabels(deps, requests),
    getTrainingSet: (request, context) => getTrainingSet(deps, request, context.signal),
  };
}
