import { partitionOf } from "@timewell/keys";

import type { IngestionDeps } from "../ingestion-deps.ts";
import type { EntityInView } from "./erased-entity.ts";
import { onlineKeys } from "./online-keys.ts";

/**
 * Removes an entity from the online store and returns how many rows that were. Its log rows must be erased already: whoever applies the
 * partition may have read them before, so the lease is taken away first, and what that process sends from then on is refused. Who
 * takes the lease next reads the log anew.
 */
export async function eraseOnline(deps: IngestionDeps, inViews: readonly EntityInView[]): Promise<number> {
  const byPartition = Map.groupBy(inViews, ({ entityKey }) => partitionOf(entityKey));
  const owner = `erase-${deps.newId()}`;
  let removed = 0;
  try {
    for (const [partition, part] of byPartition) {
      const { epoch } = await deps.ingestLog.takeLease(partition, owner, deps.settings.leaseMs);
      await deps.onlineStore.apply([], { fence: { partition, epoch } });
      removed += await deps.onlineStore.remove(onlineKeys(part));
    }
  } finally {
    await deps.ingestLog.releaseLeases(owner);
  }
  return removed;
}
