import type { KnownGap, OfflineCatalog } from "@timewell/store-ports";
import { timeMaxUs } from "@timewell/ttl";

/** Outages of the online stores, in order and without overlap. One that lasts has no end yet. */
export async function knownGaps(catalog: Pick<OfflineCatalog, "onlineGaps">): Promise<KnownGap[]> {
  const gaps = await catalog.onlineGaps();
  const joined: KnownGap[] = [];
  for (const { fromUs, toUs = timeMaxUs } of gaps.toSorted((a, b) => (a.fromUs < b.fromUs ? -1 : 1))) {
    const last = joined.at(-1);
    if (last === undefined || last.toUs < fromUs) joined.push({ fromUs, toUs });
    else if (last.toUs < toUs) joined[joined.length - 1] = { fromUs: last.fromUs, toUs };
  }
  return joined;
}
