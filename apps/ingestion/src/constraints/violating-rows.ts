import { decodeKey } from "@timewell/keys";
import { type CompiledView, findViolations, type Violation } from "@timewell/model";
import { payloadOf, readHeader } from "@timewell/row";
import type { EncodedRows } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { countViolations } from "./count-violations.ts";

/**
 * How many rows of a source file break a constraint of their view, whatever its policy; they are written all the same, as training
 * reads the same file. Counts them in the metrics, too. Rows are decoded only where the view has constraints.
 */
export function violatingRows(
  deps: Pick<IngestionDeps, "metrics">,
  view: CompiledView,
  { entityKeys, rows }: EncodedRows,
): number {
  if (view.constraints.length === 0) return 0;
  const keyTypes = view.keys.map((key) => key.type);
  const found: Violation[] = [];
  let count = 0;
  rows.forEach((row, i) => {
    const keys = decodeKey(keyTypes, entityKeys[i]!);
    const values = view.input.codec.decode(payloadOf(row));
    const { eventTimeUs } = readHeader(row);
    const violations = findViolations(view, { keys, values, eventTimeUs }, undefined);
    if (violations.length === 0) return;
    count++;
    found.push(...violations);
  });
  countViolations(deps, view, found);
  return count;
}
