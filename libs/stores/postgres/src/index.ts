export { openPostgres, type OpenPostgresOptions, type PostgresStores } from "./open-postgres.ts";
export { openPglite, type PgliteStores } from "./open-pglite.ts";
