import type { RetrievalDeps } from "../retrieval-deps.ts";

/** What snapshots stand on. */
export type SnapshotDeps = Pick<
  RetrievalDeps,
  "clock" | "ingestLog" | "offlineCatalog" | "offlineRoot" | "roots" | "trainingCatalog"
>;
