import type { ServiceImpl } from "@connectrpc/connect";
import type { OfflineRetrieval } from "@timewell/contracts";
import { withoutFolders } from "@timewell/service";

import { getTrainingSet } from "../get-training-set.ts";
import type { RetrievalDeps } from "../retrieval-deps.ts";
import { uploadLabels } from "../upload-labels.ts";

/** The OfflineRetrieval service over its logic. */
export function retrievalRoutes(deps: RetrievalDeps): ServiceImpl<typeof OfflineRetrieval> {
  const folders = [deps.roots.dataRoot, deps.offlineRoot];
  return {
    uploadLabels: (requests) => uploadLabels(deps, requests),
    getTrainingSet: (request, context) =>
      withoutFolders(getTrainingSet(deps, request, context.signal), folders),
  };
}
