import type { FeatureView } from "@timewell/contracts";
import { definitionError } from "./definition-error.ts";
import { durationMaxMs } from "./limits.ts";

/** Least time between two scheduled runs, ms. */
const everyMinMs = 1_000n;

/** Checks the schedule of a view, where it has one. Throws INVALID_DEFINITION. */
export function validateSchedule({ schedule, batchSource }: FeatureView, path: string): void {
  if (schedule === undefined) return;
  if (batchSource === undefined)
    throw definitionError(
      path,
      "the view has no batch source to materialize",
      "Declare a source, or remove the schedule.",
    );
  const { everyMs } = schedule;
  if (everyMs < everyMinMs || everyMs > durationMaxMs)
    throw definitionError(
      `${path}.every`,
      `got ${everyMs} ms, expected ${everyMinMs} to ${durationMaxMs} ms`,
      "Write it like 1h.",
    );
}
