import { InMemoryOfflineCatalog } from "@timewell/store-ports";
import { timeMaxUs } from "@timewell/ttl";
import { expect, it } from "vitest";

import { knownGaps } from "./known-gaps.ts";

it("knownGaps() joins the outages of all stores; one that lasts has no end", async () => {
  const catalog = new InMemoryOfflineCatalog();
  const reason = "UNREACHABLE";
  expect(await knownGaps(catalog)).toEqual([]);
  for (const [store, fromUs, toUs] of [
    ["redis", 10n, 20n],
    ["redis", 50n, 60n],
    ["redis", 90n, undefined],
    ["lmdb", 15n, 17n],
    ["lmdb", 30n, 40n],
    ["lmdb", 60n, 70n],
  ] as const)
    await catalog.recordGap({ store, fromUs, toUs, reason });
  expect(await knownGaps(catalog)).toEqual([
    { fromUs: 10n, toUs: 20n },
    { fromUs: 30n, toUs: 40n },
    { fromUs: 50n, toUs: 70n },
    { fromUs: 90n, toUs: timeMaxUs },
  ]);
});
