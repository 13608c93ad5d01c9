/** Labels that name an entity, by entity and instant. Numbers of 64 bits are pairs of words, the lower one first. */
export interface AskedLabels {
  /** Where the labels of an entity begin, by its number; one element more ends those of the last. */
  readonly starts: Int32Array;
  /** Instants of the labels, µs UTC; pairs. */
  readonly instants: Int32Array;
}

/** Columns of some rows of a history, in any order; pairs but for `entity` and `deleted`. */
export interface CandidateRows {
  readonly entity: Int32Array;
  /** µs UTC. */
  readonly eventTime: Int32Array;
  /** Unsigned. */
  readonly order: Int32Array;
  /** Number of the row. */
  readonly row: Int32Array;
  readonly deleted: Uint8Array;
  /** µs UTC; undefined where rows count from their event time on. */
  readonly availableTime: Int32Array | undefined;
}

/** What a label found: nothing, a row, or a row that says that there is none. */
export const found = { nothing: 0, row: 1, tombstone: 2 } as const;

/** Words of a row that is kept: event time, order, row; pairs. */
const stride = 6;

/**
 * Finds the latest row for each label: of the rows of its entity that count at its instant the one with the greatest event time, then the greatest
 * order, then the one that counted first, then the least row. Each row is compared once, with the best of those whose first label is the same;
 * what is held does not grow with the history.
 */
export class LatestRows {
  private readonly labels: AskedLabels;
  private readonly best: Int32Array;
  /** From when on the best rows count; undefined where that is their event time. */
  private readonly froms: Int32Array | undefined;
  private readonly states: Uint8Array;

  /** @param isAvailable true where rows count from their available time on, false where from their event time on. */
  constructor(labels: AskedLabels, isAvailable: boolean) {
    const count = labels.instants.length / 2;
    this.labels = labels;
    this.best = new Int32Array(count * stride);
    this.froms = isAvailable ? new Int32Array(count * 2) : undefined;
    this.states = new Uint8Array(count);
  }

  /** Takes rows of the history. */
  take(rows: CandidateRows, count: number): void {
    const { starts } = this.labels;
    const { entity: entities, availableTime: froms = rows.eventTime } = rows;
    for (let row = 0; row < count; row++) {
      const entity = entities[row]!;
      const end = starts[entity + 1]!;
      const label = this.firstLabel(starts[entity]!, end, froms[row * 2 + 1]!, froms[row * 2]!);
      if (label < end && this.isBetter(rows, row, label)) this.keep(rows, row, label);
    }
  }

  /** What each label found, and the label whose best row that is: a row counts for the labels behind it until there is a better one. */
  finish(give: (label: number, state: number, best: number) => void): void {
    const { starts } = this.labels;
    for (let entity = 0; entity + 1 < starts.length; entity++) {
      let best = starts[entity]!;
      for (let label = best; label < starts[entity + 1]!; label++) {
        if (this.isLater(label, best)) best = label;
        give(label, this.states[best]!, best);
      }
    }
  }

  /** Tells whether a best row is older at the instant of a label than some limit, µs; 0 is no limit. */
  isOlderThan(limitUs: bigint): (label: number, best: number) => boolean {
    if (limitUs === 0n) return () => false;
    const limit = Number(limitUs);
    // A double holds these ages exactly, and greater ones as no less.
    if (Number.isSafeInteger(limit))
      return (label, best) => this.highAge(label, best) * 2 ** 32 + this.lowAge(label, best) > limit;
    return (label, best) =>
      BigInt(this.highAge(label, best)) * 2n ** 32n + BigInt(this.lowAge(label, best)) > limitUs;
  }

  /** Lower word of the row that is the best. */
  rowLow(best: number): number {
    return this.best[best * stride + 4]!;
  }

  /** Upper word of the row that is the best. */
  rowHigh(best: number): number {
    return this.best[best * stride + 5]!;
  }

  private highAge(label: number, best: number): number {
    return this.labels.instants[label * 2 + 1]! - this.best[best * stride + 1]!;
  }

  private lowAge(label: number, best: number): number {
    return (this.labels.instants[label * 2]! >>> 0) - (this.best[best * stride]! >>> 0);
  }

  /** The first of some labels whose instant is not before a time. */
  private firstLabel(start: number, end: number, high: number, low: number): number {
    const { instants } = this.labels;
    let from = start;
    let to = end;
    while (from < to) {
      const middle = (from + to) >> 1;
      const upper = instants[middle * 2 + 1]!;
      if (upper < high || (upper === high && instants[middle * 2]! >>> 0 < low >>> 0)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  private isBetter(rows: CandidateRows, row: number, label: number): boolean {
    if (this.states[label] === found.nothing) return true;
    const { best, froms } = this;
    const at = label * stride;
    const second = row * 2;
    const byTime = compare(rows.eventTime, second, best, at);
    if (byTime !== 0) return byTime > 0;
    const byOrder = compareUnsigned(rows.order, second, best, at + 2);
    if (byOrder !== 0) return byOrder > 0;
    const byFrom = froms === undefined ? 0 : compare(rows.availableTime!, second, froms, label * 2);
    return byFrom !== 0 ? byFrom < 0 : compare(rows.row, second, best, at + 4) < 0;
  }

  private keep(rows: CandidateRows, row: number, label: number): void {
    const { best, froms } = this;
    const at = label * stride;
    const low = row * 2;
    const high = low + 1;
    best[at] = rows.eventTime[low]!;
    best[at + 1] = rows.eventTime[high]!;
    best[at + 2] = rows.order[low]!;
    best[at + 3] = rows.order[high]!;
    best[at + 4] = rows.row[low]!;
    best[at + 5] = rows.row[high]!;
    this.states[label] = rows.deleted[row] === 1 ? found.tombstone : found.row;
    if (froms === undefined) return;
    froms[label * 2] = rows.availableTime![low]!;
    froms[label * 2 + 1] = rows.availableTime![high]!;
  }

  /** True where the best row of a label beats that of one before it: of equals the one that counted first stays. */
  private isLater(label: number, before: number): boolean {
    if (this.states[label] === found.nothing) return false;
    if (this.states[before] === found.nothing) return true;
    const { best } = this;
    const byTime = compare(best, label * stride, best, before * stride);
    return byTime !== 0
      ? byTime > 0
      : compareUnsigned(best, label * stride + 2, best, before * stride + 2) > 0;
  }
}

/** Compares two signed numbers of 64 bits. */
function compare(a: Int32Array, i: number, b: Int32Array, j: number): number {
  const high = a[i + 1]! - b[j + 1]!;
  return high !== 0 ? high : (a[i]! >>> 0) - (b[j]! >>> 0);
}

function compareUnsigned(a: Int32Array, i: number, b: Int32Array, j: number): number {
  const high = (a[i + 1]! >>> 0) - (b[j + 1]! >>> 0);
  return high !== 0 ? high : (a[i]! >>> 0) - (b[j]! >>> 0);
}
