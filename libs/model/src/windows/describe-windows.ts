import type { FeatureViewVersion } from "@timewell/contracts";
import { formatDuration } from "@timewell/ttl";
import { showType } from "../show-type.ts";
import { windowFunctionOf } from "./window-function-of.ts";

/** What windows add to the description of a view: dotted paths and texts. */
export function describeWindows({ definition, cutOverUs }: FeatureViewVersion): [string, string][] {
  const view = definition!;
  const lines: [string, string][] = [];
  for (const { name, aggregate } of view.features) {
    if (aggregate === undefined) continue;
    const { function: number, input, windowMs, filter, n } = aggregate;
    const path = `features.${name}.aggregate`;
    lines.push([`${path}.function`, windowFunctionOf(number) ?? String(number)]);
    if (input !== "") lines.push([`${path}.input`, input]);
    lines.push([`${path}.window`, windowMs === 0n ? "lifetime" : formatDuration(Number(windowMs))]);
    if (filter !== "") lines.push([`${path}.filter`, filter]);
    if (n !== 0) lines.push([`${path}.n`, String(n)]);
  }
  for (const { name, type, dimension, description } of view.eventFields) {
    lines.push([`event_fields.${name}.type`, showType(type, dimension)]);
    if (description !== "") lines.push([`event_fields.${name}.description`, description]);
  }
  if (view.eventIdField !== "") lines.push(["event_id_field", view.eventIdField]);
  if (view.eventFields.length > 0 && view.batchSource !== undefined) {
    lines.push(["cut_over", cutOverUs === undefined ? "when it is applied" : `${cutOverUs} µs`]);
  }
  return lines;
}
