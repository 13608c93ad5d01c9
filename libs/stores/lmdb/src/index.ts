export { openLmdbIngestLog, type LmdbIngestLogOptions } from "./lmdb-ingest-log.ts";
export { openLmdbOnlineStore, type LmdbOnlineStoreOptions } from "./lmdb-online-store.ts";
