import type { ServiceImpl } from "@connectrpc/connect";
import type { Ingestion } from "@timewell/contracts";

import type { Applier } from "../applier.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { dropQuarantined } from "../quarantine/drop-quarantined.ts";
import { getQuarantined } from "../quarantine/get-quarantined.ts";
import { listQuarantine } from "../quarantine/list-quarantine.ts";
import { replayQuarantine } from "../quarantine/replay-quarantine.ts";

/** The methods of the quarantine. */
export function quarantineRoutes(deps: IngestionDeps, applier: Applier) {
  return {
    listQuarantine: (request) => listQuarantine(deps, request),
    getQuarantined: (request) => getQuarantined(deps, request),
    replayQuarantine: (request, context) => replayQuarantine(deps, applier, request, context.signal),
    dropQuarantined: (request) => dropQuarantined(deps, request),
  } satisfies Partial<ServiceImpl<typeof Ingestion>>;
}
