import {
  addressOption,
  durationOption,
  registryOptions,
  serviceOptions,
  stringOption,
  workersOption,
} from "@timewell/service";

/** Options of serving's own behaviour, also offered by the standalone app. */
export const servingOptions = {
  httpListen: addressOption({
    describe: "Answer HTTP and JSON here too",
    default: "127.0.0.1:6566" as string,
  }),
  grace: durationOption({
    describe: "Answer NOT_FOUND instead of EXPIRED for rows older than ttl plus this",
    default: "30d",
  }),
  feastProject: stringOption({
    describe: "Project that Feast's clients read, whose requests name none; default: the only one",
  }),
};

/** Options of the serving app. */
export const servingAppOptions = {
  ...serviceOptions("127.0.0.1:7402"),
  ...servingOptions,
  ...registryOptions(".timewell/serving"),
  online: stringOption({
    describe: "Online store: redis://HOST:PORT, rediss://… or lmdb:FOLDER",
    default: "redis://127.0.0.1:6379",
    secret: true,
  }),
  workers: workersOption({
    describe: "Share the work of all ports among this many processes; auto: one a core",
  }),
  storeTimeout: durationOption({
    describe: "Answer UNAVAILABLE when the online store takes longer",
    default: "250ms",
  }),
};
