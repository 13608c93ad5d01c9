import type { IngestLog, StreamPart } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { logRow, refusedRow } from "./log-row.testdata.ts";

/** Offsets of topics, committed with the rows of their records. */
export function ingestLogOffsets(factory: EnginePlaceFactory<IngestLog>): void {
  describe("append() with offsets", () => {
    advancing(factory);
    fencing(factory);
    rivals(factory);
  });
}

function part(partition: number, from: number | undefined, next: number): StreamPart {
  return {
    partition,
    from: from === undefined ? undefined : BigInt(from),
    next: BigInt(next),
    records: next - (from ?? 0),
  };
}

function offsets(...parts: StreamPart[]) {
  return { offsets: { viewId: 7, topic: "rides", parts } };
}

async function rowsOf(log: IngestLog): Promise<number> {
  return Number((await log.progress()).reduce((sum, { head }) => sum + head, 0n));
}

function advancing(factory: EnginePlaceFactory<IngestLog>): void {
  it("streamOffsets() answers what was committed, by view, in order of topic and partition", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      expect(await log.streamOffsets(7)).toEqual([]);
      await log.append([logRow()], undefined, offsets(part(10, undefined, 5), part(2, undefined, 0)));
      await log.append([], undefined, offsets(part(10, 5, 9)));
      await log.append([], undefined, {
        offsets: { viewId: 7, topic: "a.b-c_d", parts: [part(0, undefined, 2 ** 52)] },
      });
      await log.append([], undefined, {
        offsets: { viewId: 70, topic: "rides", parts: [part(1, undefined, 1)] },
      });
      expect(await log.streamOffsets(7)).toEqual([
        { topic: "a.b-c_d", partition: 0, next: 2n ** 52n, records: 2n ** 52n },
        { topic: "rides", partition: 2, next: 0n, records: 0n },
        { topic: "rides", partition: 10, next: 9n, records: 9n },
      ]);
      expect(await rowsOf(log)).toBe(1);
    }));
}

function fencing(factory: EnginePlaceFactory<IngestLog>): void {
  it("an append whose offsets do not go on where the log is does nothing and is FENCED", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await log.append([], undefined, offsets(part(0, undefined, 5), part(1, undefined, 5)));
      const before = await log.streamOffsets(7);
      const wrong = [
        [part(0, undefined, 9)],
        [part(0, 4, 9)],
        [part(0, 6, 9)],
        [part(1, 5, 6), part(0, 0, 9)],
        [part(2, 0, 9)],
      ];
      for (const parts of wrong) {
        const extras = { ...offsets(...parts), quarantined: [refusedRow()] };
        const request = {
          scope: "s",
          id: "r",
          digest: Uint8Array.of(1),
          encodeAnswer: () => new Uint8Array(0),
        };
        await expect(log.append([logRow()], request, extras)).rejects.toMatchObject({ kind: "FENCED" });
      }
      expect(await log.streamOffsets(7)).toEqual(before);
      expect(await rowsOf(log)).toBe(0);
      expect(await log.countQuarantine()).toEqual([]);
    }));

  it("a fenced append does not take those down that come with it", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const results = await Promise.allSettled([
        log.append([logRow({ id: 1 })]),
        log.append([logRow({ id: 2 })], undefined, offsets(part(0, undefined, 5))),
        log.append([logRow({ id: 3 })], undefined, offsets(part(0, 3, 6))),
        log.append([logRow({ id: 4 })], undefined, offsets(part(0, 5, 7))),
        log.append([logRow({ id: 5 })]),
      ]);
      expect(results.map(({ status }) => status === "fulfilled")).toEqual([true, true, false, true, true]);
      expect(await rowsOf(log)).toBe(4);
      expect(await log.streamOffsets(7)).toEqual([{ topic: "rides", partition: 0, next: 7n, records: 7n }]);
    }));
}

function rivals(factory: EnginePlaceFactory<IngestLog>): void {
  it("of two readers of one partition each record is appended once (semantics 13)", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const reader = async () => {
        let fenced = 0;
        for (;;) {
          const from = (await log.streamOffsets(7))[0]?.next;
          if (from === 40n) return fenced;
          const next = (from ?? 0n) + 1n;
          const parts = [{ partition: 0, from, next, records: 1 }];
          await log
            .append([logRow({ eventTimeUs: next })], undefined, offsets(...parts))
            .catch((error: { readonly kind: string }) => {
              expect(error.kind).toBe("FENCED");
              fenced++;
            });
        }
      };
      await Promise.all([reader(), reader()]);
      expect(await rowsOf(log)).toBe(40);
    }));
}
