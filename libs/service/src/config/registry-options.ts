import { pathOption, stringOption, urlOption } from "./options.ts";

/** Options of every app that follows the registry. `snapshotDir` is the default of its folder. */
export function registryOptions<const Folder extends string>(snapshotDir: Folder) {
  return {
    registry: urlOption({
      describe: "The FeatureRegistry to follow",
      protocols: ["http:", "https:"],
      default: "http://127.0.0.1:7401",
    }),
    registryToken: stringOption({ describe: "Token to show to the registry", secret: true }),
    registryCa: pathOption({
      describe: "Certificate authority of the registry (PEM), where it is not a public one",
    }),
    snapshotDir: pathOption({
      describe: "Keep compiled snapshots here, to start without the registry",
      default: snapshotDir,
    }),
  };
}

/** Values of `registryOptions`. */
export interface RegistryConfig {
  readonly registry: string;
  readonly registryToken: string | undefined;
  readonly registryCa: string | undefined;
  readonly snapshotDir: string;
}
