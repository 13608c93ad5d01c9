import { encodeKey, partitionOf } from "@timewell/keys";
import type { IngestLog, LogAppend } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { logRow } from "./log-row.testdata.ts";
import { runs } from "./runs.ts";

/** Event ids: of an event that comes again, the first counts. */
export function ingestLogEvents(factory: EnginePlaceFactory<IngestLog>): void {
  describe("append() with event ids", () => {
    duplicates(factory);
    identity(factory);
    concurrentTwins(factory);
    againstNaiveTwin(factory);
  });
}

/** An event of entity `id`. */
function event(name: string, given: Partial<LogAppend> & { readonly id?: number } = {}): LogAppend {
  return logRow({ eventId: encodeKey(["STRING"], [name]), ...given });
}

async function rowsOf(log: IngestLog): Promise<number> {
  return Number((await log.progress()).reduce((sum, { head }) => sum + head, 0n));
}

function duplicates(factory: EnginePlaceFactory<IngestLog>): void {
  it("an event that comes again gets the position of the first and is not appended (semantics 13)", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const first = await log.append([event("a"), event("b"), event("a")]);
      expect(first).toMatchObject({ duplicates: 1, replayedAnswer: undefined });
      expect(first.positions[2]).toEqual(first.positions[0]);
      const again = await log.append([
        event("b", { eventTimeUs: 5n, payload: Uint8Array.of(9) }),
        event("c"),
        event("a"),
      ]);
      expect(again.duplicates).toBe(2);
      expect([again.positions[0], again.positions[2]]).toEqual([first.positions[1], first.positions[0]]);
      const rows = await log.read(partitionOf(logRow().entityKey), 0n, 10);
      expect(rows.map(({ position, payload }) => [position, ...payload])).toEqual(
        [1n, 2n, 3n].map((position) => [position, 1, 2, 3]),
      );
      expect((await log.countByView())[0]!.rows).toBe(3n);
      expect(rows.every((row) => !("eventId" in row))).toBe(true);
    }));

  it("an event is known after its row was trimmed, and under a request id it is answered as a new one", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const partition = partitionOf(logRow().entityKey);
      const first = await log.append([event("a")]);
      const leases = await log.acquireLeases("a", 60_000);
      await log.recordApplied(leases[partition]!, 1n, []);
      await log.trim(partition, 1n);
      const request = {
        scope: "s",
        id: "r",
        digest: Uint8Array.of(1),
        encodeAnswer: (positions: readonly { readonly position: bigint }[]) =>
          Uint8Array.from(positions.map(({ position }) => Number(position))),
      };
      const again = await log.append([event("a"), event("b")], request);
      expect(again.positions).toEqual([first.positions[0], { partition, position: 2n }]);
      const retry = await log.append([event("a"), event("b")], request);
      expect([...retry.replayedAnswer!]).toEqual([1, 2]);
    }));
}

function identity(factory: EnginePlaceFactory<IngestLog>): void {
  it("an id counts for its view and entity alone, and rows without one are never duplicates", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const rows = [
        event("a"),
        event("a", { viewId: 8 }),
        event("a", { id: 2 }),
        event("b"),
        event(""),
        logRow(),
        logRow(),
        { ...logRow(), eventId: new Uint8Array(0) },
      ];
      expect((await log.append(rows)).duplicates).toBe(0);
      expect(await rowsOf(log)).toBe(8);
      expect((await log.append(rows)).duplicates).toBe(6);
      expect(await rowsOf(log)).toBe(10);
    }));

  it("where an append fails, its events are not known", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const broken = {
        scope: "s",
        id: "r",
        digest: Uint8Array.of(1),
        encodeAnswer: () => {
          throw new TypeError("no answer");
        },
      };
      await expect(log.append([event("a")], broken)).rejects.toThrow("no answer");
      expect((await log.append([event("a")])).duplicates).toBe(0);
    }));
}

function concurrentTwins(factory: EnginePlaceFactory<IngestLog>): void {
  it("of concurrent appends of one event, one appends it and all answer its position", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const names = Array.from({ length: 20 }, (_, i) => `e-${i}`);
      const results = await Promise.all(
        Array.from({ length: 8 }, () => log.append(names.map((name, id) => event(name, { id: id % 3 })))),
      );
      for (const { positions } of results) expect(positions).toEqual(results[0]!.positions);
      expect(results.reduce((sum, result) => sum + result.duplicates, 0)).toBe(7 * 20);
      expect(await rowsOf(log)).toBe(20);
    }));
}

function againstNaiveTwin(factory: EnginePlaceFactory<IngestLog>): void {
  it("appends what a list with a set of ids would", async () => {
    const row = fc.record({
      id: fc.integer({ min: 0, max: 3 }),
      viewId: fc.integer({ min: 1, max: 2 }),
      name: fc.option(fc.constantFrom("a", "b", "c", "d"), { nil: undefined }),
    });
    const batches = fc.array(fc.array(row, { maxLength: 8 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(batches, (given) =>
        withEngine(factory, new ManualClock(), async (log) => {
          const known = new Map<string, string>();
          let appended = 0;
          for (const batch of given) {
            const { positions } = await log.append(
              batch.map(({ name, ...rest }) => (name === undefined ? logRow(rest) : event(name, rest))),
            );
            for (const [i, { id, viewId, name }] of batch.entries()) {
              const place = `${positions[i]!.partition}/${positions[i]!.position}`;
              const key = `${viewId}/${id}/${name}`;
              const before = name === undefined ? undefined : known.get(key);
              if (before === undefined) appended++;
              else expect(place).toBe(before);
              known.set(key, place);
            }
          }
          expect(await rowsOf(log)).toBe(appended);
        }),
      ),
      { numRuns: runs(5) },
    );
  });
}
