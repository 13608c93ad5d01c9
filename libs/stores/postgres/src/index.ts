export { openPostgres, type OpenPostgresOptions, type PostgresStores } from "./open-postgres.ts";
export { openPglite, type PgliteStores } from "./open-pglite.ts";

// What a bench compares the log with.
export { copyIn } from "./copy-in.ts";
export { copyLogRows, encodeLogRows, type PlacedRow } from "./log-row-copy.ts";
