import type { CompiledView } from "@timewell/model";

import type { Applier } from "../applier.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import type { FetchedRecords } from "./records-of.ts";
import type { StreamBatch } from "./stream-batch.ts";

/** What the readers of one topic share. */
export interface StreamContext {
  readonly deps: IngestionDeps;
  readonly applier: Pick<Applier, "backlogRows" | "wake">;
  readonly topic: string;
  readonly viewId: number;
  /** Aborted when the topic is not to be read any more. */
  readonly signal: AbortSignal;
  /** The view as it is now. */
  view(): CompiledView;
  /** Nothing is read while so many rows wait to be applied. */
  pause(backlogRows: bigint): void;
  /** Records were fetched. */
  progress(fetched: readonly FetchedRecords[], nowUs: bigint): void;
  /** Records are durable; so many of them had been appended before, by their event ids. */
  appended(batch: Pick<StreamBatch, "rows" | "quarantined">, duplicates: number): void;
  /** Records were lost before they were read. */
  lost(message: string, records: number): void;
}
