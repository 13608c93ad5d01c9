import type { IngestLog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withPlace, type EnginePlace, type EnginePlaceFactory } from "./engine-place.ts";
import { logRow, refusedRow } from "./log-row.testdata.ts";

/** Everything is there again after the log is closed and opened. */
export function ingestLogPersists(factory: EnginePlaceFactory<IngestLog>): void {
  describe("close() and open()", () => {
    it("keep rows, stamps, progress, counts, requests, leases, events, offsets and quarantine", async () => {
      const clock = new ManualClock();
      await withPlace(factory, clock, async (place) => {
        const before = await once(place, async (log) => {
          await log.append(
            Array.from({ length: 50 }, (_, id) => logRow({ id })),
            {
              scope: "s",
              id: "r",
              digest: Uint8Array.of(1),
              encodeAnswer: () => Uint8Array.of(4, 2),
            },
          );
          const leases = await log.acquireLeases("a", 60_000);
          for (const lease of leases) {
            await log.recordApplied(lease, 1n, [{ position: 1n, availableTimeUs: 77n }]);
          }
          await log.trim(11, 1n);
          const eventId = Uint8Array.of(3);
          await log.append([logRow({ viewId: 9, eventId })], undefined, {
            offsets: {
              viewId: 9,
              topic: "t",
              parts: [{ partition: 1, from: undefined, next: 5n, records: 3 }],
            },
            quarantined: [refusedRow({ viewId: 9 }), refusedRow({ viewId: 9 })],
          });
          await log.dropQuarantined({ ids: [2n] });
          return stateOf(log);
        });
        await once(place, async (log) => {
          expect(await stateOf(log)).toEqual(before);
          const retry = {
            scope: "s",
            id: "r",
            digest: Uint8Array.of(1),
            encodeAnswer: () => new Uint8Array(0),
          };
          expect([...(await log.append([logRow()], retry)).replayedAnswer!]).toEqual([4, 2]);
          expect(await log.acquireLeases("b", 60_000)).toEqual([]);
          expect((await log.append([logRow({ viewId: 9, eventId: Uint8Array.of(3) })])).duplicates).toBe(1);
          await log.append([], undefined, { quarantined: [refusedRow()] });
          expect(await log.getQuarantined(3n)).toMatchObject({ viewId: 7 });
        });
      });
    });
  });
}

async function once<Result>(
  place: EnginePlace<IngestLog>,
  work: (log: IngestLog) => Promise<Result>,
): Promise<Result> {
  const log = await place.open();
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

async function stateOf(log: IngestLog) {
  const progress = await log.progress();
  const rows = await Promise.all(progress.map(({ partition }) => log.read(partition, 0n, 1_000)));
  const plain = rows
    .flat()
    .map((row) => ({ ...row, entityKey: [...row.entityKey], payload: [...row.payload] }));
  return {
    progress,
    rows: plain,
    counts: await log.countByView(),
    offsets: await log.streamOffsets(9),
    refused: await log.listQuarantine({}, { rowsMax: 10 }),
    refusedCounts: await log.countQuarantine(),
  };
}
