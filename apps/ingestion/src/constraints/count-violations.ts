import type { CompiledView, Violation } from "@timewell/model";

import type { IngestionDeps } from "../ingestion-deps.ts";

/** Counts broken constraints in the metrics, once their rows are durable: written, or in quarantine. */
export function countViolations(
  { metrics }: Pick<IngestionDeps, "metrics">,
  view: CompiledView,
  violations: readonly Violation[],
): void {
  for (const { constraint } of violations) metrics?.countViolation(view, constraint);
}
