/**
 * The 26 bytes before the payload of every stored row, drawn in `stored-row.ts`.
 */
export interface RowHeader {
  /** True for a tombstone: a delete that keeps its time. */
  readonly deleted: boolean;
  /** When it happened, µs UTC. */
  readonly eventTimeUs: bigint;
  /** Breaks ties of equal event times: unsigned 64 bit, the greater wins. */
  readonly order: bigint;
  /** When serving could first have seen it, µs UTC; undefined where it is not recorded. */
  readonly availableTimeUs: bigint | undefined;
}
