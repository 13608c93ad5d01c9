import { FeatureStoreError } from "@timewell/errors";

import { type IngestLog, isErased, type LogRow, logPartitions } from "./ingest-log.ts";
import type { Manifest, OfflineCatalog } from "./offline-catalog.ts";
import type { PositionRange } from "./offline-engine.ts";

const pageRows = 5_000;

/** Most log rows that one read of the tail may hold in memory. */
export const tailRowsMax = 2_000_000;

/** Most ranges of rows without an available time that a read of the tail tells apart. */
export const unavailableRangesMax = 10_000;

/** Each try reads a newer manifest; more than a few mean that something else is wrong. */
const triesMax = 10;

/** Every row of the log once: in a segment of the manifest, or in the tail. */
export interface LogHistory {
  readonly manifest: Manifest;
  /** Log rows that no segment of the manifest holds, of the views asked for, by view id. */
  readonly tails: ReadonlyMap<number, LogRow[]>;
  /** Last position that was read, of each partition from 0 to 63. */
  readonly positions: readonly bigint[];
  /** Rows of all views that had no available time yet, in order of partition and position. */
  readonly unavailable: readonly PositionRange[];
}

/** How the log is read. */
export interface LogReading {
  /** Last position that counts, of each partition from 0 to 63. Undefined: everything that is there. */
  readonly positions?: readonly bigint[] | undefined;
  /** Ends the read; it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the manifest, and then the log rows after its flushed positions. What is flushed and trimmed meanwhile is in the segments of
 * a newer manifest, so that both are read again. Without positions everything counts that was appended before; what is appended
 * meanwhile does not.
 *
 * OVERLOADED where the tail is longer than `tailRowsMax`, or without positions has more than `unavailableRangesMax` ranges of rows
 * without an available time; DATA_LOSS where rows are neither in a segment nor in the log.
 */
export async function readLogHistory(
  catalog: OfflineCatalog,
  log: IngestLog,
  viewIds: ReadonlySet<number>,
  { positions: bounds, signal }: LogReading = {},
): Promise<LogHistory> {
  for (let tries = 1; tries <= triesMax; tries++) {
    const manifest = await catalog.manifest();
    const heads = (await log.progress()).map(({ head }) => head);
    const positions = Array.from({ length: logPartitions }, (_, partition) => heads[partition] ?? 0n);
    const tail = await readTail(log, manifest.flushed, bounds ?? positions, {
      viewIds,
      rangesMax: bounds === undefined ? unavailableRangesMax : Number.MAX_SAFE_INTEGER,
      signal,
    });
    if (tail !== undefined) return { manifest, positions: bounds ?? positions, ...tail };
  }
  throw new FeatureStoreError(
    "DATA_LOSS",
    `Cannot read the log tail: rows that no segment holds are not in the log, looked for ${triesMax} times`,
    { hint: "Restore the log and the manifest from backups of the same time" },
  );
}

interface TailLimits {
  readonly viewIds: ReadonlySet<number>;
  readonly rangesMax: number;
  readonly signal: AbortSignal | undefined;
}

/** Undefined where rows of the tail are not in the log any more. */
async function readTail(
  log: IngestLog,
  flushed: ReadonlyMap<number, bigint>,
  positions: readonly bigint[],
  { viewIds, rangesMax, signal }: TailLimits,
): Promise<Pick<LogHistory, "tails" | "unavailable"> | undefined> {
  const tails = new Map<number, LogRow[]>();
  const unavailable: PositionRange[] = [];
  let rows = 0;
  for (const [partition, last] of positions.entries()) {
    for (let after = flushed.get(partition) ?? 0n; after < last;) {
      signal?.throwIfAborted();
      const page = await log.read(partition, after, pageRows);
      if (page[0]?.position !== after + 1n) return undefined;
      for (const row of page) {
        if (row.position > last) break;
        if (row.availableTimeUs === undefined) addToRanges(unavailable, row);
        if (unavailable.length > rangesMax) throw tooManyRanges();
        if (!viewIds.has(row.viewId) || isErased(row)) continue;
        if (++rows > tailRowsMax) throw tailTooLong();
        const tail = tails.get(row.viewId);
        if (tail === undefined) tails.set(row.viewId, [row]);
        else tail.push(row);
      }
      after += BigInt(page.length);
    }
  }
  return { tails, unavailable };
}

function addToRanges(ranges: PositionRange[], { partition, position }: LogRow): void {
  const open = ranges.at(-1);
  const continues = open?.partition === partition && open.last === position - 1n;
  if (continues) ranges[ranges.length - 1] = { partition, first: open.first, last: position };
  else ranges.push({ partition, first: position, last: position });
}

function tailTooLong(): FeatureStoreError {
  return new FeatureStoreError(
    "OVERLOADED",
    `Cannot read the log tail: more than ${tailRowsMax} rows are not in segments yet`,
    { hint: "Wait until ingestion has applied and flushed its backlog; `timewell status` shows it" },
  );
}

function tooManyRanges(): FeatureStoreError {
  return new FeatureStoreError(
    "OVERLOADED",
    `Cannot take a snapshot: rows that wait to be available lie in more than ${unavailableRangesMax} places of the log`,
    { hint: "Wait until rows with event times in the future are due; `timewell status` shows the backlog" },
  );
}
