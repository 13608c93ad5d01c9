import { FeatureStoreError } from "@timewell/errors";
import type { ManifestSegment } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";

/** True where a file was not found because the manifest does not name all of these segments any more: others hold their rows. */
export async function wereReplaced(
  { offlineCatalog }: Pick<IngestionDeps, "offlineCatalog">,
  read: readonly Pick<ManifestSegment, "path">[],
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof FeatureStoreError) || error.kind !== "FILE_NOT_FOUND") return false;
  const { segments } = await offlineCatalog.manifest();
  const named = new Set(segments.map(({ path }) => path));
  return read.some(({ path }) => !named.has(path));
}
