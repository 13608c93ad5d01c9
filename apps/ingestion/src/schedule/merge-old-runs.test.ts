import { InMemoryOfflineCatalog } from "@timewell/store-ports";
import { timeMinUs } from "@timewell/ttl";
import { expect, it } from "vitest";

import { coveredByRuns } from "../covered-by-runs.ts";
import { mergeOldRuns, runsKept } from "./merge-old-runs.ts";

const view = { id: 7 };

it("mergeOldRuns() keeps the last runs and what all of them have covered, and leaves those after a gap alone", async () => {
  const offlineCatalog = new InMemoryOfflineCatalog();
  const run = async (fromUs: bigint, toUs: bigint) => {
    const number = await offlineCatalog.beginRun(view.id, fromUs, toUs, toUs);
    await offlineCatalog.finishRun(number, {
      finishedAtUs: toUs,
      rowsRead: 1,
      rowsWritten: 1,
      eventTimeMaxUs: toUs,
      createdTimeMaxUs: toUs,
    });
    return number;
  };
  const first = await run(timeMinUs, 10n);
  const gap = await run(1_000_000n, 1_000_001n);
  let toUs = 10n;
  for (let i = 0; i < runsKept + 4; i++) await run(toUs - 5n, (toUs += 10n));
  const before = await offlineCatalog.finishedRuns(view.id);
  expect(await mergeOldRuns({ offlineCatalog }, view)).toBe(4);
  const after = await offlineCatalog.finishedRuns(view.id);
  expect(after.slice(2)).toEqual(before.slice(-runsKept));
  expect(after.slice(0, 2)).toMatchObject([
    { run: gap, fromUs: 1_000_000n },
    { run: before.at(-runsKept - 1)!.run, fromUs: timeMinUs, toUs: 50n, finished: { rowsRead: 5 } },
  ]);
  expect(coveredByRuns(after)).toEqual(coveredByRuns(before));
  expect(after.some((it) => it.run === first)).toBe(false);
  expect(await mergeOldRuns({ offlineCatalog }, view)).toBe(0);
});
