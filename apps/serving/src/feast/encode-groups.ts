import { KeyList } from "@timewell/store-ports";

import type { FeastPlan } from "./feast-plan.ts";

/** Encodes the composite key of a group of a row. */
export type EncodeGroup = (group: readonly number[], row: number) => Uint8Array;

/** The keys of all rows: for each row one for each use of the plan. Each composite key of a row is encoded once. */
export function encodeGroups(plan: FeastPlan, rowCount: number, encode: EncodeGroup): KeyList {
  const { groups, stored } = plan;
  const codes: Uint8Array[] = new Array(groups.length);
  const keys = new KeyList();
  for (let row = 0; row < rowCount; row++) {
    for (let g = 0; g < codes.length; g++) codes[g] = encode(groups[g]!, row);
    for (const { viewId, keyGroup } of stored) keys.push(viewId, codes[keyGroup]!);
  }
  return keys;
}
