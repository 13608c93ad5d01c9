import type { OnlineKey } from "@timewell/store-ports";

import type { EntityInView } from "./erased-entity.ts";

/** Added to the id of a windowed view: where the part of it that comes from source files lies. */
const batchPart = 0x8000_0000;

/** Everywhere online that an entity may lie. */
export function onlineKeys(inViews: readonly EntityInView[]): OnlineKey[] {
  return inViews.flatMap(({ view, entityKey }) => [
    { viewId: view.id, entityKey },
    { viewId: view.id + batchPart, entityKey },
  ]);
}
