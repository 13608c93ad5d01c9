import type { RetrievalDeps } from "../retrieval-deps.ts";

/** What the records of training sets stand on. */
export type TrainingSetDeps = Pick<RetrievalDeps, "clock" | "definitions" | "trainingCatalog">;
