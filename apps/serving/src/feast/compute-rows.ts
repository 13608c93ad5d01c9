import { Status } from "@timewell/contracts";
import { computeOnDemand, gatherInputs } from "@timewell/model";
import { encodeStoredRow, type FeatureValue, payloadOf } from "@timewell/row";

import type { StoredRow } from "../typed/gathering.ts";
import type { FoundRows } from "./cell-table.ts";
import type { ComputedUse } from "./feast-plan.ts";

/** What on-demand features read of a request: values of its columns, by row. */
export interface RequestInputs {
  key(name: string, row: number): FeatureValue;
  /** By place among the plan's `requestData`; NULL where the request does not have it. */
  request(field: number, row: number): FeatureValue;
}

/** Computed values have no event time. */
const header = { deleted: false, eventTimeUs: 0n, order: 0n, availableTimeUs: undefined };

/**
 * Computes the on-demand features of each row and puts them, as a row of their own, behind the rows that were read for it.
 * LIMIT_EXCEEDED where the computed values of one row are over 64 KiB.
 */
export function computeRows(found: FoundRows, computed: ComputedUse, inputs: RequestInputs): FoundRows {
  const { plan, rowCount, stored, from, judges } = found;
  const width = plan.stored.length;
  const rows: StoredRow[] = [];
  for (let row = 0; row < rowCount; row++) {
    const first = from + row * width;
    const decoded = computed.views.map(({ view }, use) => {
      const bytes = stored[first + use];
      return judges[use]!.judge(bytes) === Status.PRESENT ? view.codec.decode(payloadOf(bytes!)) : undefined;
    });
    const values = gatherInputs(computed.plan, {
      feature: (use, feature) => {
        const { index } = computed.views[use]!.features[feature]!;
        return decoded[use]?.[index] ?? null;
      },
      key: (name) => inputs.key(name, row),
      request: (field) => inputs.request(field, row),
    });
    const made = computeOnDemand(computed.plan, values, computed.countError);
    for (let use = 0; use < width; use++) rows.push(stored[first + use]);
    rows.push(encodeStoredRow(header, computed.codec.encode(made)));
  }
  return { ...found, stored: rows, from: 0 };
}
