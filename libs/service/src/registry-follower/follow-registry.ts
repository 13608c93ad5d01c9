import { createTimewellClient } from "@timewell/client";

import type { RegistryConfig } from "../config/registry-options.ts";
import type { Kit } from "../process/kit.ts";
import { createRegistryFollower, type RegistryFollower } from "./registry-follower.ts";

/** Follows the registry that an app's options name; `ready` resolves once definitions are known. */
export function followRegistry(
  config: RegistryConfig,
  { clock, log }: Pick<Kit, "clock" | "log">,
): RegistryFollower {
  const { registry } = createTimewellClient({
    registryUrl: config.registry,
    token: config.registryToken,
    tls: { caFile: config.registryCa },
  });
  return createRegistryFollower({ client: registry, snapshotDirectory: config.snapshotDir, clock, log });
}
