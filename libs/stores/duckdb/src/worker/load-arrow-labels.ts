import { FeatureStoreError } from "@timewell/errors";
import type { LabelColumn } from "../plan/training-query.ts";
import type { Database } from "./database.ts";

/** Not yet. */
export async function loadArrowLabels(_database: Database, path: string): Promise<LabelColumn[]> {
  throw new FeatureStoreError("INVALID_LABELS", `Cannot read ${path}: Arrow labels are not supported`);
}
