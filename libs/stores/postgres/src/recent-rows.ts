import type { Lease, LogRow } from "@timewell/store-ports";

interface Recent {
  readonly epoch: bigint;
  /** How many leases this process had held before this one. */
  readonly leasesBefore: number;
  /** Ascending, without gaps, from `start` on. */
  rows: LogRow[];
  start: number;
}

/**
 * The rows that this process appended to partitions that it applies, until it has applied them: so they need not be read back. Rows are
 * dropped with the lease under which they were appended; what is not here lies in the log.
 */
export class RecentRows {
  readonly #rowsMax: number;
  readonly #partitions = new Map<number, Recent>();
  #count = 0;
  #leases = 0;

  /** Keeps so many rows at most; those after them are read back. */
  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  /** Takes the leases that this process has now. */
  hold(leases: readonly Lease[]): void {
    const epochs = new Map(leases.map(({ partition, epoch }) => [partition, epoch]));
    for (const [partition, recent] of this.#partitions) {
      if (epochs.get(partition) === recent.epoch) continue;
      this.#count -= recent.rows.length - recent.start;
      this.#partitions.delete(partition);
    }
    for (const { partition, epoch } of leases) {
      if (this.#partitions.has(partition)) continue;
      this.#partitions.set(partition, { epoch, leasesBefore: this.#leases++, rows: [], start: 0 });
    }
  }

  /** How many leases this process has held; `add` wants to know it from before the rows were written. */
  get leases(): number {
    return this.#leases;
  }

  /**
   * Adds rows that are durable now, in order of position. Those of a lease that is younger than the rows are left out: whoever took the
   * partition away before it may have changed them in the log.
   */
  add(rows: readonly LogRow[], leases: number): void {
    for (const row of rows) {
      const recent = this.#partitions.get(row.partition);
      if (recent === undefined || recent.leasesBefore >= leases || this.#count >= this.#rowsMax) continue;
      const last = recent.rows.at(-1);
      // Another process appended between, or there was no room.
      if (last !== undefined && last.position + 1n !== row.position) this.#clear(recent);
      recent.rows.push(row);
      this.#count++;
    }
  }

  /** The rows after a position, if the first of them is here; undefined: the log has to be asked. */
  after({ partition, epoch }: Lease, position: bigint, rowsMax: number): LogRow[] | undefined {
    const recent = this.#partitions.get(partition);
    const first = recent?.rows[recent.start];
    if (recent?.epoch !== epoch || first === undefined || first.position > position + 1n) return undefined;
    const from = recent.start + Number(position + 1n - first.position);
    return from < recent.rows.length ? recent.rows.slice(from, from + rowsMax) : undefined;
  }

  /** Drops rows up to a position. */
  drop(partition: number, throughPosition: bigint): void {
    const recent = this.#partitions.get(partition);
    const first = recent?.rows[recent.start];
    if (recent === undefined || first === undefined || first.position > throughPosition) return;
    const dropped = Math.min(
      Number(throughPosition + 1n - first.position),
      recent.rows.length - recent.start,
    );
    recent.start += dropped;
    this.#count -= dropped;
    if (recent.start * 2 < recent.rows.length) return;
    recent.rows = recent.rows.slice(recent.start);
    recent.start = 0;
  }

  #clear(recent: Recent): void {
    this.#count -= recent.rows.length - recent.start;
    recent.rows = [];
    recent.start = 0;
  }
}
