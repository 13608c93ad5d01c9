export { retrievalAppOptions } from "./config.ts";
export { createRetrievalServer, type RetrievalServer } from "./server.ts";
export type { RetrievalDeps } from "./retrieval-deps.ts";
