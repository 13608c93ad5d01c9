import { isErased, logPartitions, type IngestLog, type Lease, type LogRow } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { entityKeyOf, idsOfPartition, logRow } from "./log-row.testdata.ts";

const leaseMs = 10_000;

/** Leases: one holder a partition, epochs that only grow. */
export function ingestLogLeases(factory: EnginePlaceFactory<IngestLog>): void {
  describe("leases", () => {
    holding(factory);
    losing(factory);
    reading(factory);
  });
}

function epochs(leases: readonly Lease[]): bigint[] {
  return leases.map(({ epoch }) => epoch);
}

function holding(factory: EnginePlaceFactory<IngestLog>): void {
  it("the first owner gets all partitions, in order, and another gets none", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const leases = await log.acquireLeases("a", leaseMs);
      expect(leases.map(({ partition }) => partition)).toEqual([...Array(logPartitions).keys()]);
      expect(leases.every(({ epoch }) => epoch > 0n)).toBe(true);
      expect(await log.acquireLeases("b", leaseMs)).toEqual([]);
    }));

  it("of two owners that ask at once, each partition goes to one", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const [a, b] = await Promise.all([log.acquireLeases("a", leaseMs), log.acquireLeases("b", leaseMs)]);
      const partitions = [...a, ...b].map(({ partition }) => partition).sort((x, y) => x - y);
      expect(partitions).toEqual([...Array(logPartitions).keys()]);
    }));

  it("renewing keeps the epochs and moves the end", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      const first = await log.acquireLeases("a", leaseMs);
      await clock.advance(leaseMs - 1);
      expect(await log.acquireLeases("a", leaseMs)).toEqual(first);
      await clock.advance(leaseMs - 1);
      expect(await log.acquireLeases("b", leaseMs)).toEqual([]);
    });
  });

  it("takeLease() takes a held partition with the next epoch, and fences who held it", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const first = (await log.acquireLeases("a", leaseMs))[7]!;
      const taken = await log.takeLease(7, "b", leaseMs);
      expect(taken).toEqual({ partition: 7, epoch: first.epoch + 1n });
      await expect(log.recordApplied(first, 0n, [])).rejects.toMatchObject({ kind: "FENCED" });
      const kept = await log.acquireLeases("a", leaseMs);
      expect(kept.map(({ partition }) => partition)).not.toContain(7);
      await log.releaseLeases("b");
      expect((await log.acquireLeases("a", leaseMs))[7]!.epoch).toBe(taken.epoch + 1n);
    }));

  it("an owner that comes back late keeps its epochs where nobody else came meanwhile", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      const first = await log.acquireLeases("a", leaseMs);
      await clock.advance(leaseMs * 5);
      expect(await log.acquireLeases("a", leaseMs)).toEqual(first);
    });
  });
}

function losing(factory: EnginePlaceFactory<IngestLog>): void {
  it("an expired lease goes to the next owner with the next epoch", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      const first = await log.acquireLeases("a", leaseMs);
      await clock.advance(leaseMs);
      const second = await log.acquireLeases("b", leaseMs);
      expect(epochs(second)).toEqual(epochs(first).map((epoch) => epoch + 1n));
      expect(await log.acquireLeases("a", leaseMs)).toEqual([]);
      await clock.advance(leaseMs);
      expect(epochs(await log.acquireLeases("a", leaseMs))).toEqual(epochs(first).map((epoch) => epoch + 2n));
    });
  });

  it("released leases are free at once; only the owner's are released", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const first = await log.acquireLeases("a", leaseMs);
      await log.releaseLeases("b");
      expect(await log.acquireLeases("b", leaseMs)).toEqual([]);
      await log.releaseLeases("a");
      const second = await log.acquireLeases("b", leaseMs);
      expect(epochs(second)).toEqual(epochs(first).map((epoch) => epoch + 1n));
    }));

  it("recordApplied() with an epoch that is not the current one is FENCED and changes nothing", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      const [stale] = await log.acquireLeases("a", leaseMs);
      await clock.advance(leaseMs);
      const [current] = await log.acquireLeases("b", leaseMs);
      for (const lease of [stale!, { partition: 0, epoch: current!.epoch + 1n }]) {
        await expect(log.recordApplied(lease, 5n, [])).rejects.toMatchObject({ kind: "FENCED" });
      }
      expect((await log.progress())[0]!.applied).toBe(0n);
    });
  });
}

function shown(rows: readonly LogRow[]) {
  return rows.map((row) => ({ ...row, entityKey: [...row.entityKey], payload: [...row.payload] }));
}

function reading(factory: EnginePlaceFactory<IngestLog>): void {
  it("read() under a lease answers what was appended, whoever appended it and when", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const id = idsOfPartition(3, 1)[0]!;
      await log.append([logRow({ id, eventTimeUs: 1n })]);
      const lease = (await log.acquireLeases("a", leaseMs))[3]!;
      const payload = Uint8Array.of(1, 2, 3);
      await log.append([logRow({ id, eventTimeUs: 2n, payload }), logRow({ id, eventTimeUs: 3n })]);
      payload.fill(0);
      const [first, ...rest] = shown(await log.read(3, 0n, 10));
      expect(rest[0]).toMatchObject({ position: 2n, entityKey: [...entityKeyOf(id)], payload: [1, 2, 3] });
      expect(shown(await log.read(3, 1n, 10, lease))).toEqual(rest);
      expect(shown(await log.read(3, 1n, 1, lease))).toEqual(rest.slice(0, 1));
      expect(shown(await log.read(3, 0n, 10, lease))[0]).toEqual(first);
      await log.recordApplied(lease, 2n, [{ position: 2n, availableTimeUs: 9n }]);
      expect((await log.read(3, 1n, 1, lease))[0]).toMatchObject({ availableTimeUs: 9n });
      expect((await log.read(3, 2n, 10, lease)).map(({ position }) => position)).toEqual([3n]);
    }));

  it("read() under a lease of after an erase answers nothing that was erased", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const id = idsOfPartition(3, 1)[0]!;
      const before = (await log.acquireLeases("a", leaseMs))[3]!;
      await log.append([logRow({ id })]);
      await log.takeLease(3, "eraser", leaseMs);
      await log.append([logRow({ id })]);
      await log.eraseEntity([7], entityKeyOf(id));
      await log.releaseLeases("eraser");
      const after = (await log.acquireLeases("a", leaseMs))[3]!;
      expect(after.epoch).not.toBe(before.epoch);
      expect((await log.read(3, 0n, 10, after)).map(isErased)).toEqual([true, true]);
    }));
}
