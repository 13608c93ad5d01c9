import type { EraseReceipt } from "@timewell/contracts";

/** An entity that is erased, or is being erased. */
export interface Erasure {
  readonly project: string;
  /** Ids of the view versions that it is erased from. */
  readonly viewIds: readonly number[];
  /** µs UTC. */
  readonly startedAtUs: bigint;
  /** False while it is under way, or was cut. */
  readonly finished: boolean;
  /** What it has removed so far. Its `id` is that of the erasure, `entity` and `keySha256` say of what. */
  readonly receipt: EraseReceipt;
}
