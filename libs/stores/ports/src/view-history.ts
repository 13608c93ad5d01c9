import { decodeKey } from "@timewell/keys";
import type { CompiledView } from "@timewell/model";
import { orderOfLog } from "@timewell/row";

import type { LogRow } from "./ingest-log.ts";
import type { HistoryRow, LaterSegments, OfflineSource, ViewHistory } from "./offline-engine.ts";

/** Where the history of a view lies. */
export interface HistoryParts {
  readonly source?: OfflineSource | undefined;
  /** Absolute paths of segments. */
  readonly segments?: readonly string[];
  /** Segments that are newer than the snapshot that is read. */
  readonly laterSegments?: LaterSegments | undefined;
  /** Log rows of the view that no segment holds yet. */
  readonly tail?: readonly LogRow[];
}

/** Puts the history of a view together; parts that are left out are empty. */
export function viewHistory(view: CompiledView, parts: HistoryParts): ViewHistory {
  return {
    viewId: view.id,
    keys: view.keys,
    features: view.input.features,
    source: parts.source,
    segments: parts.segments ?? [],
    laterSegments: parts.laterSegments,
    tail: (parts.tail ?? []).map((row) => historyRow(view, row)),
  };
}

/** Decodes a log row into its values. */
export function historyRow(view: CompiledView, row: LogRow): HistoryRow {
  return {
    partition: row.partition,
    position: row.position,
    order: orderOfLog(row.position),
    deleted: row.deleted,
    eventTimeUs: row.eventTimeUs,
    availableTimeUs: row.availableTimeUs,
    keys: decodeKey(
      view.keys.map((key) => key.type),
      row.entityKey,
    ),
    features: row.deleted ? view.input.features.map(() => null) : view.input.codec.decode(row.payload),
  };
}
