import { FeatureStoreError } from "@timewell/errors";

import type { IngestionDeps } from "./ingestion-deps.ts";

/**
 * Remembers which instance the online store is; the result fails with STORE_UNAVAILABLE where it is another one by then: what
 * was written in between may be lost, and no recovery knows of it before the work is done.
 */
export async function sameStore(deps: IngestionDeps, work: string): Promise<() => Promise<void>> {
  const before = await deps.onlineStore.runId();
  return async () => {
    if ((await deps.onlineStore.runId()) === before) return;
    throw new FeatureStoreError(
      "STORE_UNAVAILABLE",
      `Cannot finish ${work}: the online store was restarted meanwhile and may have lost rows of it`,
      { hint: "Run it again" },
    );
  };
}
