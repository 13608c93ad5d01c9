import type { LogRow } from "@timewell/store-ports";

import { type IngestionDeps, viewById } from "../ingestion-deps.ts";
import { isWindowed, keyText } from "./stored-tiles.ts";

/** Rows to apply now, and rows that wait, both in order of position. */
export interface SplitRows {
  readonly due: LogRow[];
  readonly aside: Map<bigint, LogRow>;
}

/**
 * Splits rows that wait, and rows that were just read, into what is applied now and what waits. Events of an entity of a windowed view are
 * applied in order of position: one that waits holds back those after it. At most `ripeMax` of the rows that wait become due.
 */
export function splitDue(
  deps: IngestionDeps,
  deferred: ReadonlyMap<bigint, LogRow>,
  read: readonly LogRow[],
  { isDue, ripeMax }: { readonly isDue: (row: LogRow) => boolean; readonly ripeMax: number },
): SplitRows {
  const due: LogRow[] = [];
  const aside = new Map<bigint, LogRow>();
  const held = new Set<string>();
  const isHeld = (row: LogRow) => held.size > 0 && held.has(entityOf(row));
  const wait = (row: LogRow) => {
    aside.set(row.position, row);
    const view = viewById(deps.definitions, row.viewId);
    if (isWindowed(view)) held.add(entityOf(row));
  };
  for (const row of deferred.values()) {
    if (due.length < ripeMax && isDue(row) && !isHeld(row)) due.push(row);
    else wait(row);
  }
  for (const row of read) {
    if (isDue(row) && !isHeld(row)) due.push(row);
    else wait(row);
  }
  return { due, aside };
}

function entityOf({ viewId, entityKey }: LogRow): string {
  return `${viewId}/${keyText(entityKey)}`;
}
