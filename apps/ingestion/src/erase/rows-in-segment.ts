import { join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";
import type { KeyColumn } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";

/** Rows of an entity in a segment; 0 where its file is gone, as that of one that was merged meanwhile is. */
export async function rowsInSegment(
  { offlineEngine, offlineRoot }: Pick<IngestionDeps, "offlineEngine" | "offlineRoot">,
  path: string,
  key: readonly KeyColumn[],
): Promise<number> {
  try {
    return await offlineEngine.countKey("parquet", join(offlineRoot, path), key);
  } catch (reason) {
    if (reason instanceof FeatureStoreError && reason.kind === "FILE_NOT_FOUND") return 0;
    throw reason;
  }
}
