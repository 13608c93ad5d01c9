import { FeatureStoreError } from "@timewell/errors";

import { type IngestLog, type LogRow, logPartitions } from "./ingest-log.ts";

const pageRows = 5_000;

/** Most log rows that one read of the tail may hold in memory. */
export const tailRowsMax = 2_000_000;

/**
 * Reads the log rows after the flushed positions, of the views asked for, by view id. Call it after the manifest that
 * gave the positions was read: what is appended meanwhile may or may not be in it.
 */
export async function readTail(
  log: IngestLog,
  flushed: ReadonlyMap<number, bigint>,
  viewIds: ReadonlySet<number>,
): Promise<Map<number, LogRow[]>> {
  const tails = new Map<number, LogRow[]>();
  let rows = 0;
  const heads = await log.progress();
  for (let partition = 0; partition < logPartitions; partition++) {
    const head = heads[partition]?.head ?? 0n;
    for (let after = flushed.get(partition) ?? 0n; after < head;) {
      const page = await log.read(partition, after, pageRows);
      for (const row of page) {
        if (!viewIds.has(row.viewId)) continue;
        if (++rows > tailRowsMax) throw tailTooLong();
        const tail = tails.get(row.viewId);
        if (tail === undefined) tails.set(row.viewId, [row]);
        else tail.push(row);
      }
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.position;
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
