import { create } from "@bufbuild/protobuf";
import { BatchSourceSchema, type BatchSource } from "@timewell/contracts";
import { durationMs } from "./duration.ts";
import type { SourceDefinition } from "./source.ts";

/** A source as the registry gets it. INVALID_DEFINITION for a duration that cannot be read. */
export function sourceMessage(source: SourceDefinition, path: string): BatchSource {
  const { availabilityDelay } = source;
  return create(BatchSourceSchema, {
    format: source.format,
    path: source.path,
    eventTimeColumn: source.eventTime,
    createdTimeColumn: source.createdTime ?? "",
    fieldMapping: { ...source.columns },
    ...(availabilityDelay !== undefined && {
      availabilityDelayMs: durationMs(availabilityDelay, `${path}.availability_delay`),
    }),
  });
}
