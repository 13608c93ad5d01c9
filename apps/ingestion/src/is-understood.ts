import { type CompiledView } from "@timewell/model";
import { cutPayload, fieldMask } from "@timewell/row";
import type { LogRow } from "@timewell/store-ports";

import { type IngestionDeps, viewById } from "./ingestion-deps.ts";

/**
 * How long definitions may take to get here, and clocks differ, µs: 10 s. What was appended that much before definitions were
 * confirmed, and is not among them, was deleted.
 */
const definitionsLateMaxUs = 10_000_000n;

/**
 * False where the definitions of this process may be too old for a row: its view is not among them, and they were not confirmed
 * since it was appended. Another process, which knew the view already, took the row.
 */
export function isViewKnown(deps: IngestionDeps, row: LogRow): boolean {
  if (viewById(deps.definitions, row.viewId) !== undefined) return true;
  const ageMs = deps.definitions.ageMs();
  if (ageMs === undefined) return false;
  const confirmedAtUs = deps.clock.nowUs() - BigInt(Math.ceil(ageMs)) * 1000n;
  return confirmedAtUs >= row.appendedAtUs + definitionsLateMaxUs;
}

/** False where the row's view is not known, or the row has features that this process does not know of yet. */
export function isUnderstood(deps: IngestionDeps, row: LogRow): boolean {
  const view = viewById(deps.definitions, row.viewId);
  if (view === undefined) return isViewKnown(deps, row);
  return cutPayload(row.payload, maskOf(view)).length === row.payload.length;
}

const masks = new WeakMap<CompiledView, Uint8Array>();

function maskOf(view: CompiledView): Uint8Array {
  const mask = masks.get(view) ?? fieldMask(view.input.features.map(({ number }) => number));
  masks.set(view, mask);
  return mask;
}
