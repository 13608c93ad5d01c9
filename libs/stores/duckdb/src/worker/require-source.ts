import { FeatureStoreError } from "@timewell/errors";
import type { OfflineSource, ViewHistory } from "@timewell/store-ports";

/** The source of a history; NO_BATCH_SOURCE where it has none. */
export function requireSource(history: ViewHistory): OfflineSource {
  if (history.source !== undefined) return history.source;
  throw new FeatureStoreError(
    "NO_BATCH_SOURCE",
    `Cannot scan view ${history.viewId}: it has no source files`,
    {
      hint: "Declare a batch source for the view.",
    },
  );
}
