import { FeatureStoreError } from "@timewell/errors";
import type { HostProcess } from "./run-app.ts";

/** Exit codes: 0 well, 1 failed, 2 wrong settings. */
export const exitCodes = { failed: 1, misused: 2 } as const;

/** Says why an app cannot start, and ends its process. */
export function endBadly(name: string, error: unknown, host: HostProcess): void {
  const known = error instanceof FeatureStoreError;
  host.stderr.write(`${name}: ${known ? error.message : String((error as Error)?.stack ?? error)}\n`);
  host.exit(known && error.kind === "INVALID_CONFIG" ? exitCodes.misused : exitCodes.failed);
}
