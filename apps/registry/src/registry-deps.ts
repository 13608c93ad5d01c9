import type { RegistryStore } from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";

/** What the registry needs of a log. */
export interface RegistryLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What the registry stands on. */
export interface RegistryDeps {
  readonly store: RegistryStore;
  readonly clock: Clock;
  readonly log: RegistryLog;
  /** Called when the store begins or ceases to answer. */
  readonly onStoreState?: ((available: boolean) => void) | undefined;
}
