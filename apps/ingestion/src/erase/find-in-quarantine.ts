import type { IngestLog } from "@timewell/store-ports";

import type { EntityInView } from "./erased-entity.ts";

const pageRows = 500;

/** Rows in quarantine that are of an entity. Rows whose key could not be read are of none. */
export async function findInQuarantine(
  log: Pick<IngestLog, "listQuarantine" | "getQuarantined">,
  inViews: readonly EntityInView[],
): Promise<number> {
  const keyOf = new Map(inViews.map(({ view, entityKey }) => [view.id, entityKey]));
  let found = 0;
  for (let beforeId: bigint | undefined; ;) {
    const page = await log.listQuarantine({ viewIds: [...keyOf.keys()] }, { beforeId, rowsMax: pageRows });
    for (const { id, viewId } of page) {
      const entityKey = (await log.getQuarantined(id))?.entityKey;
      if (entityKey !== undefined && Buffer.compare(keyOf.get(viewId)!, entityKey) === 0) found++;
    }
    if (page.length < pageRows) return found;
    beforeId = page.at(-1)!.id;
  }
}
