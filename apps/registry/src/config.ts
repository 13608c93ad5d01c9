import { pathOption, serviceOptions, urlOption } from "@timewell/service";

/** Options of the registry app. */
export const registryAppOptions = {
  ...serviceOptions("127.0.0.1:7401"),
  database: urlOption({
    describe: "Keep definitions in this PostgreSQL; default: an embedded one in --data-dir",
    protocols: ["postgres:", "postgresql:"],
    secret: true,
  }),
  dataDir: pathOption({ describe: "Folder of the embedded PostgreSQL", default: ".timewell/registry" }),
};
