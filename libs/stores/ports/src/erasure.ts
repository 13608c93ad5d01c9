import type { EraseReceipt } from "@timewell/contracts";

/** Keys that are not to be written any more by who read them before. */
export interface ErasedKeys {
  /** Erasures that were ever begun, of all projects. */
  readonly begun: number;
  /** SHA-256 of the codes of keys, lower-case hex. */
  readonly keysSha256: readonly string[];
}

/** An entity that is erased, or is being erased. */
export interface Erasure {
  readonly project: string;
  /** Ids of the view versions that it is erased from. */
  readonly viewIds: readonly number[];
  /** SHA-256 of its key's code in each of them, lower-case hex; versions with other types or another order of keys have others. */
  readonly keysSha256: readonly string[];
  /** µs UTC. */
  readonly startedAtUs: bigint;
  /** False while it is under way, or was cut. */
  readonly finished: boolean;
  /** What it has removed so far. Its `id` is that of the erasure, `entity` and `keySha256` say of what. */
  readonly receipt: EraseReceipt;
}
