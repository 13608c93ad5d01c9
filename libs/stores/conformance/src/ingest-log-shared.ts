import { partitionOf } from "@timewell/keys";
import type { IngestLog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withPlace, type EnginePlace, type EnginePlaceFactory } from "./engine-place.ts";
import { logRow } from "./log-row.testdata.ts";

/** Two handles on one log, as two processes have them. */
export function ingestLogShared(factory: EnginePlaceFactory<IngestLog>): void {
  describe("two handles on one log", () => {
    it("give positions without gaps or twins", () =>
      withPair(factory, async (a, b) => {
        const calls = Array.from({ length: 60 }, (_, i) =>
          (i % 2 === 0 ? a : b).append([logRow({ id: 1, eventTimeUs: BigInt(i) })]),
        );
        const results = await Promise.all(calls);
        const positions = results.map((result) => Number(result.positions[0]!.position));
        expect(positions.sort((x, y) => x - y)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
        const partition = partitionOf(logRow({ id: 1 }).entityKey);
        expect((await b.read(partition, 0n, 100)).length).toBe(60);
      }));

    it("give a request id one effect", () =>
      withPair(factory, async (a, b) => {
        const request = {
          scope: "s",
          id: "r",
          digest: Uint8Array.of(1),
          encodeAnswer: () => Uint8Array.of(7),
        };
        const calls = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? a : b).append([logRow()], request));
        const results = await Promise.all(calls);
        expect(results.filter(({ replayedAnswer }) => replayedAnswer === undefined).length).toBe(1);
        expect((await a.countByView())[0]!.rows).toBe(1n);
      }));

    it("give each lease to one owner", () =>
      withPair(factory, async (a, b) => {
        const held = await Promise.all([a.acquireLeases("a", 9_000), b.acquireLeases("b", 9_000)]);
        const partitions = held.flat().map(({ partition }) => partition);
        expect(new Set(partitions).size).toBe(64);
        expect(partitions.length).toBe(64);
      }));
  });
}

function withPair(
  factory: EnginePlaceFactory<IngestLog>,
  work: (a: IngestLog, b: IngestLog) => Promise<void>,
): Promise<void> {
  return withPlace(factory, new ManualClock(), async (place: EnginePlace<IngestLog>) => {
    const a = await place.open();
    const b = await place.open();
    try {
      await work(a, b);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  });
}
