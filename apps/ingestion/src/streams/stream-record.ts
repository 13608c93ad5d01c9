/** A record of a topic. */
export interface StreamRecord {
  /** Partition of the topic. */
  readonly partition: number;
  readonly offset: bigint;
  /** Time of the record itself, µs UTC. */
  readonly timeUs: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}
