import {
  keptOfQuarantine,
  meetsQuarantineFilter,
  type QuarantineAppend,
  type QuarantinedRow,
  type QuarantineEntry,
  type QuarantineFilter,
  type QuarantineLimits,
  type QuarantinePage,
  type ViewQuarantineCount,
} from "./quarantine.ts";

/** The quarantine of the reference log. */
export class InMemoryQuarantine {
  readonly #limits: QuarantineLimits;
  /** In order of id. */
  readonly #rows = new Map<bigint, QuarantinedRow>();
  readonly #overflowed = new Map<number, bigint>();
  #lastId = 0n;

  constructor(limits: QuarantineLimits) {
    this.#limits = limits;
  }

  /** Keeps a row under the next id, and drops the oldest of its view where there are too many. */
  add(row: QuarantineAppend, refusedAtUs: bigint): void {
    const id = ++this.#lastId;
    this.#rows.set(id, { ...keptOfQuarantine(row, this.#limits), id, refusedAtUs });
    const ofView = [...this.#rows.values()].filter(({ viewId }) => viewId === row.viewId);
    if (ofView.length <= this.#limits.rowsPerViewMax) return;
    this.#rows.delete(ofView[0]!.id);
    this.#overflowed.set(row.viewId, (this.#overflowed.get(row.viewId) ?? 0n) + 1n);
  }

  /** True where every id is there. */
  hasAll(ids: readonly bigint[]): boolean {
    return ids.every((id) => this.#rows.has(id));
  }

  list(filter: QuarantineFilter, { beforeId, rowsMax }: QuarantinePage): QuarantineEntry[] {
    return [...this.#rows.values()]
      .filter((row) => meetsQuarantineFilter(row, filter) && (beforeId === undefined || row.id < beforeId))
      .reverse()
      .slice(0, rowsMax)
      .map(({ content: _content, recordKey: _recordKey, entityKey: _entityKey, ...entry }) => entry);
  }

  get(id: bigint): QuarantinedRow | undefined {
    const row = this.#rows.get(id);
    return row && { ...row };
  }

  drop(filter: QuarantineFilter): number {
    return this.#dropWhere((row) => meetsQuarantineFilter(row, filter));
  }

  /** Drops the rows of an entity; returns how many. */
  erase(viewIds: readonly number[], entityKey: Uint8Array): number {
    return this.#dropWhere(
      (row) =>
        viewIds.includes(row.viewId) &&
        row.entityKey !== undefined &&
        Buffer.compare(row.entityKey, entityKey) === 0,
    );
  }

  count(): ViewQuarantineCount[] {
    const rows = new Map([...this.#overflowed.keys()].map((viewId) => [viewId, 0n]));
    for (const { viewId } of this.#rows.values()) rows.set(viewId, (rows.get(viewId) ?? 0n) + 1n);
    return [...rows]
      .map(([viewId, count]) => ({ viewId, rows: count, overflowed: this.#overflowed.get(viewId) ?? 0n }))
      .sort((a, b) => a.viewId - b.viewId);
  }

  #dropWhere(isMeant: (row: QuarantinedRow) => boolean): number {
    const ids = [...this.#rows.values()].filter(isMeant).map(({ id }) => id);
    for (const id of ids) this.#rows.delete(id);
    return ids.length;
  }
}
