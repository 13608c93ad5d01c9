import type { Vector } from "@duckdb/node-bindings";
import type { KnownGap } from "@timewell/store-ports";
import { dataOf } from "../vectors/raw-vector.ts";

/** Counts rows with an instant inside an outage. */
export class GapCounter {
  private readonly gaps: readonly KnownGap[];
  private rows = 0;

  /** @param gaps in order, without overlap. */
  constructor(gaps: readonly KnownGap[]) {
    this.gaps = gaps;
  }

  /** Looks at rows whose instants, µs UTC, are in these vectors. */
  append(instants: readonly Vector[], start: number, count: number): void {
    if (instants.length === 0) return;
    const times = instants.map((vector) => {
      const bytes = dataOf(vector, (start + count) * 8);
      return new BigInt64Array(bytes.buffer, bytes.byteOffset, start + count);
    });
    for (let row = start; row < start + count; row++) {
      if (times.some((column) => this.holds(column[row]!))) this.rows++;
    }
  }

  /** Rows since the last call. */
  take(): number {
    const { rows } = this;
    this.rows = 0;
    return rows;
  }

  private holds(us: bigint): boolean {
    let [low, high] = [0, this.gaps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.gaps[middle]!.toUs < us) low = middle + 1;
      else high = middle;
    }
    return low < this.gaps.length && this.gaps[low]!.fromUs <= us;
  }
}
