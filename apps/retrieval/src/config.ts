import {
  durationOption,
  offlineOptions,
  registryOptions,
  serviceOptions,
  urlOption,
} from "@timewell/service";

/** Options of the retrieval app. */
export const retrievalAppOptions = {
  ...serviceOptions("127.0.0.1:7403"),
  ...registryOptions(".timewell/retrieval"),
  grace: durationOption({
    describe: "Answer NOT_FOUND instead of EXPIRED for rows older than ttl plus this",
    default: "30d",
  }),
  database: urlOption({
    describe: "PostgreSQL with the log and the manifest; the registry's own database",
    protocols: ["postgres:", "postgresql:"],
    default: "postgres://127.0.0.1:5432/timewell",
    secret: true,
  }),
  ...offlineOptions(),
};
