import type { IngestLog } from "@timewell/store-ports";

import type { EntityInView } from "./erased-entity.ts";

const pageRows = 5_000;

/** Rows of the log that are of an entity; its partitions are read from the first row that is kept. */
export async function findInLog(
  log: Pick<IngestLog, "read">,
  byPartition: ReadonlyMap<number, readonly EntityInView[]>,
): Promise<number> {
  let found = 0;
  for (const [partition, inViews] of byPartition) {
    const keyOf = new Map(inViews.map(({ view, entityKey }) => [view.id, entityKey]));
    for (let after = 0n; ;) {
      const page = await log.read(partition, after, pageRows);
      for (const { viewId, entityKey } of page) {
        const key = keyOf.get(viewId);
        if (key !== undefined && Buffer.compare(key, entityKey) === 0) found++;
      }
      if (page.length < pageRows) break;
      after = page.at(-1)!.position;
    }
  }
  return found;
}
