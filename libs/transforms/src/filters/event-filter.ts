import type { FeatureValue } from "@timewell/row";
import type { FilterNode } from "./filter-node.ts";

/** Which events an aggregate counts. Frozen. */
export interface EventFilter {
  /** As it was written. */
  readonly text: string;
  /** The same, checked, for those who compile it into another language. */
  readonly tree: FilterNode;
  /** Places, among the event fields, of those that it reads; ascending. */
  readonly fields: readonly number[];
  /** True iff the event counts. Values are those of all event fields, in their order. */
  accepts(values: readonly FeatureValue[]): boolean;
}
