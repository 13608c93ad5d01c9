import type { ViewLogCount } from "@timewell/store-ports";
import type { Bytes } from "./lmdb-environment.ts";
import { countKey, decodeCount, encodeCount } from "./log-records.ts";

/** Counts of views that one transaction changes, each read once and written once. */
export class ViewCounts {
  readonly #log: Bytes;
  readonly #byView = new Map<number, ViewLogCount>();

  constructor(log: Bytes) {
    this.#log = log;
  }

  addRow(viewId: number): void {
    const count = this.#get(viewId);
    this.#byView.set(viewId, { ...count, rows: count.rows + 1n });
  }

  addApplied(viewId: number, eventTimeUs: bigint): void {
    const count = this.#get(viewId);
    const isGreater = count.eventTimeMaxUs === undefined || eventTimeUs > count.eventTimeMaxUs;
    const eventTimeMaxUs = isGreater ? eventTimeUs : count.eventTimeMaxUs;
    this.#byView.set(viewId, { ...count, applied: count.applied + 1n, eventTimeMaxUs });
  }

  store(): void {
    for (const [viewId, count] of this.#byView) this.#log.putSync(countKey(viewId), encodeCount(count));
  }

  #get(viewId: number): ViewLogCount {
    return this.#byView.get(viewId) ?? decodeCount(viewId, this.#log.get(countKey(viewId)));
  }
}
