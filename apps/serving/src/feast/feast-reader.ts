import type { OnlineKey } from "@timewell/store-ports";

import type { ServingDeps } from "../serving-deps.ts";
import { CoalescedReads } from "../typed/coalesced-reads.ts";
import { RowJudge } from "../typed/row-judge.ts";
import { CellTable, type FoundRows } from "./cell-table.ts";
import { countFeastRows } from "./count-feast-rows.ts";
import type { FeastPlan } from "./feast-plan.ts";

/** Rows that a request of Feast asks for. */
export interface FeastQuery {
  readonly plan: FeastPlan;
  readonly rowCount: number;
  /** For each row one for each use of the plan. */
  readonly keys: readonly OnlineKey[];
}

/** Writes an answer; what it gets is valid until it returns. */
export type WriteAnswer<T> = (table: CellTable, found: FoundRows) => T;

/** Reads for both of Feast's dialects. */
export interface FeastReader {
  /** One read of the store, together with those of other requests of the turn; STORE_UNAVAILABLE where a row cannot be read. */
  read<T>(query: FeastQuery, write: WriteAnswer<T>): Promise<T>;
}

/** Makes the one reader of all requests of Feast's clients. */
export function createFeastReader({ clock, onlineStore, metrics }: ServingDeps): FeastReader {
  const table = new CellTable();
  const reads = new CoalescedReads(onlineStore, clock, (seconds, keys, requests) =>
    metrics.observeStoreRead(seconds, keys, requests),
  );
  return {
    read: ({ plan, rowCount, keys }, write) =>
      reads.read(keys, (stored, from) => {
        const nowUs = clock.nowUs();
        const judges = plan.uses.map((use) => new RowJudge(nowUs, use, undefined));
        const found = { plan, rowCount, stored, from, judges };
        table.locate(found);
        const answer = write(table, found);
        countFeastRows(table.rowStatuses, found, nowUs);
        return answer;
      }),
  };
}
