/**
 * Places in the code where a test may end the process or make the step fail, in the order of a row's way. A process that is not told
 * to stops nowhere.
 */
export const failPoints = [
  // A record of a topic, before its append.
  "stream.batch-read",
  // The append: before anything is written; when all is written and nothing is durable; when it is durable and not answered yet.
  "log.append.begin",
  "log.append.written",
  "log.append.committed",
  // The applier: when the online store has the rows; when the log has their stamps.
  "apply.store-written",
  "apply.recorded",
  // The flush: when the segment files are whole; when the manifest names them and the log is not trimmed yet.
  "flush.file-written",
  "flush.committed",
  // Compaction: when the merged files are whole; when the manifest names them; between two files that are deleted.
  "compact.file-written",
  "compact.committed",
  "compact.file-removed",
  // A chunk of a backfill: before its first row; when its last row is written; when it is recorded as done.
  "backfill.chunk-begin",
  "backfill.chunk-end",
  "backfill.chunk-recorded",
  // An erase: when its receipt is recorded; when log and quarantine are without the entity; when the online store is; when the manifest
  // names a segment without it, and the old file is there; when training sets are recorded, and their labels are there.
  "erase.begun",
  "erase.log-erased",
  "erase.online-removed",
  "erase.segment-replaced",
  "erase.labels-recorded",
] as const;

/** Name of such a place. */
export type FailPoint = (typeof failPoints)[number];

/** Called at each of them. It returns, throws, or does not come back. */
export type FailPointHook = (name: FailPoint) => void;
