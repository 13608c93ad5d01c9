import type { IngestLog, QuarantineLimits } from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";
import { describe } from "vitest";
import type { EnginePlace } from "./engine-place.ts";
import { ingestLogAppends } from "./ingest-log-appends.ts";
import { ingestLogApplies } from "./ingest-log-applies.ts";
import { ingestLogErases } from "./ingest-log-erases.ts";
import { ingestLogEvents } from "./ingest-log-events.ts";
import { ingestLogLeases } from "./ingest-log-leases.ts";
import { ingestLogOffsets } from "./ingest-log-offsets.ts";
import { ingestLogPersists } from "./ingest-log-persists.ts";
import { ingestLogQuarantine } from "./ingest-log-quarantine.ts";
import { ingestLogRequests } from "./ingest-log-requests.ts";
import { ingestLogShared } from "./ingest-log-shared.ts";

/**
 * What an engine may lack:
 *
 * - `persists`: everything is there again after `close` and another `open` of the place;
 * - `shared`: two handles that are open on one place at the same time see one log.
 */
export type IngestLogCategory = "persists" | "shared";

/** How to run the suite. */
export interface IngestLogSuiteOptions {
  /** Categories that the engine does not support, each with the reason. */
  readonly gaps?: Partial<Record<IngestLogCategory, string>>;
}

/** Makes a fresh, empty place for one test; logs that it opens keep what the limits say, else the default. */
export type IngestLogPlaceFactory = (
  clock: Clock,
  quarantineLimits?: QuarantineLimits,
) => Promise<EnginePlace<IngestLog>>;

/** Registers the tests that every `IngestLog` must pass. Call it at the top of a test file. */
export function describeIngestLog(
  name: string,
  factory: IngestLogPlaceFactory,
  { gaps = {} }: IngestLogSuiteOptions = {},
): void {
  describe(`${name} is an IngestLog`, () => {
    ingestLogAppends(factory);
    ingestLogRequests(factory);
    ingestLogLeases(factory);
    ingestLogApplies(factory);
    ingestLogEvents(factory);
    ingestLogOffsets(factory);
    ingestLogQuarantine(factory);
    ingestLogErases(factory);
    if (gaps.persists === undefined) ingestLogPersists(factory);
    if (gaps.shared === undefined) ingestLogShared(factory);
  });
}
