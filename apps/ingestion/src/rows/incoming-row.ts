import type { KeyValue } from "@timewell/keys";
import type { FeatureValue } from "@timewell/row";

/** A row that came in, whatever brought it: normalized, before it is written. */
export interface IncomingRow {
  /** In the order of the view's keys. */
  readonly keys: readonly KeyValue[];
  /** In the order of `view.input.features`; empty for a delete. */
  readonly values: readonly FeatureValue[];
  /** µs UTC. */
  readonly eventTimeUs: bigint;
  readonly deleted: boolean;
}
