import type { CompiledView } from "@timewell/model";
import type { MaterializeRun } from "@timewell/store-ports";

/**
 * When the next scheduled run of a view begins, µs UTC: its time after the start of the last run that finished, 0 where none did.
 * Undefined where the view has no schedule.
 */
export function nextRunAtUs(
  { definition }: CompiledView,
  runs: readonly MaterializeRun[],
): bigint | undefined {
  if (definition.schedule === undefined) return undefined;
  const lastUs = runs.reduce<bigint | undefined>(
    (last, { startedAtUs }) => (last === undefined || startedAtUs > last ? startedAtUs : last),
    undefined,
  );
  return lastUs === undefined ? 0n : lastUs + definition.schedule.everyMs * 1000n;
}
