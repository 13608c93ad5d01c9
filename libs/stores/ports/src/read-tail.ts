import { FeatureStoreError } from "@timewell/errors";

import { type IngestLog, type LogRow, logPartitions } from "./ingest-log.ts";
import type { Manifest, OfflineCatalog } from "./offline-catalog.ts";

const pageRows = 5_000;

/** Most log rows that one read of the tail may hold in memory. */
export const tailRowsMax = 2_000_000;

/** Each try reads a newer manifest; more than a few mean that something else is wrong. */
const triesMax = 10;

/** Every row of the log once: in a segment of the manifest, or in the tail. */
export interface LogHistory {
  readonly manifest: Manifest;
  /** Log rows that no segment of the manifest holds, of the views asked for, by view id. */
  readonly tails: ReadonlyMap<number, LogRow[]>;
}

/**
 * Reads the manifest, and then the log rows after its flushed positions. What is appended meanwhile may or may not be in the
 * tail; what is flushed and trimmed meanwhile is in the segments of a newer manifest, so that both are read again.
 */
export async function readLogHistory(
  catalog: OfflineCatalog,
  log: IngestLog,
  viewIds: ReadonlySet<number>,
): Promise<LogHistory> {
  for (let tries = 1; tries <= triesMax; tries++) {
    const manifest = await catalog.manifest();
    const tails = await readTail(log, manifest.flushed, viewIds);
    if (tails !== undefined) return { manifest, tails };
  }
  throw new FeatureStoreError(
    "DATA_LOSS",
    `Cannot read the log tail: rows that no segment holds are not in the log, looked for ${triesMax} times`,
    { hint: "Restore the log and the manifest from backups of the same time" },
  );
}

/** Undefined where rows of the tail are not in the log any more. */
async function readTail(
  log: IngestLog,
  flushed: ReadonlyMap<number, bigint>,
  viewIds: ReadonlySet<number>,
): Promise<Map<number, LogRow[]> | undefined> {
  const tails = new Map<number, LogRow[]>();
  let rows = 0;
  const heads = await log.progress();
  for (let partition = 0; partition < logPartitions; partition++) {
    const head = heads[partition]?.head ?? 0n;
    for (let after = flushed.get(partition) ?? 0n; after < head;) {
      const page = await log.read(partition, after, pageRows);
      if (page[0]?.position !== after + 1n) return undefined;
      for (const row of page) {
        if (!viewIds.has(row.viewId)) continue;
        if (++rows > tailRowsMax) throw tailTooLong();
        const tail = tails.get(row.viewId);
        if (tail === undefined) tails.set(row.viewId, [row]);
        else tail.push(row);
      }
      after += BigInt(page.length);
    }
  }
  return tails;
}

function tailTooLong(): FeatureStoreError {
  return new FeatureStoreError(
    "OVERLOADED",
    `Cannot read the log tail: more than ${tailRowsMax} rows are not in segments yet`,
    { hint: "Wait until ingestion has applied and flushed its backlog; `timewell status` shows it" },
  );
}
