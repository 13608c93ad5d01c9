import type { KeyList } from "@timewell/store-ports";

import type { MethodMetrics, ServingDeps } from "../serving-deps.ts";
import { CoalescedReads } from "../typed/coalesced-reads.ts";
import { countRows } from "../typed/count-rows.ts";
import { RowJudge } from "../typed/row-judge.ts";
import { CellTable, type FoundRows } from "./cell-table.ts";
import { computeRows, type RequestInputs } from "./compute-rows.ts";
import type { FeastPlan } from "./feast-plan.ts";

/** Rows that a request of Feast asks for. */
export interface FeastQuery {
  readonly plan: FeastPlan;
  readonly rowCount: number;
  /** For each row one for each of the plan's `stored`. */
  readonly keys: KeyList;
  /** For the plan's `computed`, where there is that. */
  readonly inputs: RequestInputs;
}

/** Writes the answer of a query; the rest of what it gets is valid until it returns. */
export type WriteAnswer<Q, T> = (query: Q, table: CellTable, found: FoundRows) => T;

/** Reads for both of Feast's dialects. */
export interface FeastReader {
  /** What the requests of a method cost. */
  metricsOf(method: string): MethodMetrics;
  /**
   * Decodes a request, reads its rows in one read of the store, together with those of other requests of the turn, and writes
   * its answer. STORE_UNAVAILABLE where a row cannot be read.
   */
  answer<Q extends FeastQuery, T>(
    metrics: MethodMetrics,
    decode: () => Q,
    write: WriteAnswer<Q, T>,
  ): Promise<T>;
}

/** Makes the one reader of all requests of Feast's clients. */
export function createFeastReader(deps: ServingDeps): FeastReader {
  const { clock, metrics } = deps;
  const table = new CellTable();
  const reads = new CoalescedReads(deps);

  function assemble<Q extends FeastQuery, T>(
    query: Q,
    read: FoundRows,
    nowUs: bigint,
    write: WriteAnswer<Q, T>,
  ): T {
    const { computed } = query.plan;
    const found = computed === undefined ? read : computeRows(read, computed, query.inputs);
    table.locate(found);
    const answer = write(query, table, found);
    const { plan, rowCount, stored, from } = found;
    const width = plan.uses.length;
    countRows({ uses: plan.stored, width, rowCount, statuses: table.rowStatuses, stored, from }, nowUs);
    return answer;
  }

  return {
    metricsOf: (method) => metrics.forMethod(method),
    async answer(method, decode, write) {
      const startMs = clock.monotonicMs();
      const query = decode();
      const decodedMs = clock.monotonicMs();
      const { plan, rowCount } = query;
      const { windows } = plan;
      const { keys } = query;
      if (windows !== undefined) keys.append(windows.batchKeys(keys, rowCount));
      method.rows.observe(rowCount);
      method.decode.observe((decodedMs - startMs) / 1000);
      return reads.read(keys, (read, readFrom) => {
        const readMs = clock.monotonicMs();
        const nowUs = clock.nowUs();
        const stored = windows?.render(read, readFrom, rowCount, nowUs) ?? read;
        const from = windows === undefined ? readFrom : 0;
        const judges = plan.uses.map((use) => new RowJudge(nowUs, use, undefined));
        const answer = assemble(query, { plan, rowCount, stored, from, judges }, nowUs, write);
        method.read.observe((readMs - decodedMs) / 1000);
        method.assemble.observe((clock.monotonicMs() - readMs) / 1000);
        return answer;
      });
    },
  };
}
