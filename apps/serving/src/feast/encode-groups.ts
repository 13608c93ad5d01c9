import { FeatureStoreError } from "@timewell/errors";
import type { OnlineKey } from "@timewell/store-ports";

import type { FeastPlan } from "./feast-plan.ts";

/** Encodes the composite key of a group of a row. */
export type EncodeGroup = (group: readonly number[], row: number) => Uint8Array;

/** The keys of all rows: for each row one for each use of the plan. Each composite key of a row is encoded once. */
export function encodeGroups(plan: FeastPlan, rowCount: number, encode: EncodeGroup): OnlineKey[] {
  const { groups, stored } = plan;
  const codes: Uint8Array[] = new Array(groups.length);
  const keys: OnlineKey[] = [];
  for (let row = 0; row < rowCount; row++) {
    for (let g = 0; g < codes.length; g++) codes[g] = encode(groups[g]!, row);
    for (const { viewId, keyGroup } of stored) keys.push({ viewId, entityKey: codes[keyGroup]! });
  }
  return keys;
}

/** Says in which key of the request an error of the key code is, where it does not say so itself. */
export function keyErrorAt(error: unknown, path: string): FeatureStoreError {
  const known = FeatureStoreError.from(error);
  if (known.field !== "" || known.kind === "INTERNAL") return known;
  const { kind, message, hint } = known;
  const problem = hint === "" ? message : message.slice(0, -`. ${hint}`.length);
  return new FeatureStoreError(kind, `${problem} (${path})`, { field: path, hint, cause: error });
}
