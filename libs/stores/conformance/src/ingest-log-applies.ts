import type { IngestLog, Lease } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { idsOfPartition, logRow } from "./log-row.testdata.ts";

const partition = 3;

/** Recording what is applied, trimming, counting. */
export function ingestLogApplies(factory: EnginePlaceFactory<IngestLog>): void {
  describe("recordApplied(), trim() and countByView()", () => {
    recording(factory);
    trimming(factory);
    counting(factory);
  });
}

async function leaseOfPartition(log: IngestLog): Promise<Lease> {
  const leases = await log.acquireLeases("applier", 60_000);
  return leases.find((lease) => lease.partition === partition)!;
}

/** Appends `count` rows to the partition, with event times 1, 2, 3 … µs. */
async function fill(log: IngestLog, count: number, viewId = 7): Promise<void> {
  const id = idsOfPartition(partition, 1)[0]!;
  await log.append(
    Array.from({ length: count }, (_, i) => logRow({ id, viewId, eventTimeUs: BigInt(i + 1) })),
  );
}

function stamp(position: number, availableTimeUs: number) {
  return { position: BigInt(position), availableTimeUs: BigInt(availableTimeUs) };
}

async function stampsOf(log: IngestLog): Promise<(number | undefined)[]> {
  const rows = await log.read(partition, 0n, 1_000);
  return rows.map(({ availableTimeUs }) =>
    availableTimeUs === undefined ? undefined : Number(availableTimeUs),
  );
}

function recording(factory: EnginePlaceFactory<IngestLog>): void {
  it("stamps are recorded, and a recorded stamp stays (semantics 6)", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await fill(log, 3);
      const lease = await leaseOfPartition(log);
      await log.recordApplied(lease, 2n, [stamp(1, 101), stamp(2, 102)]);
      expect(await stampsOf(log)).toEqual([101, 102, undefined]);
      await log.recordApplied(lease, 3n, [stamp(2, 999), stamp(3, 103)]);
      expect(await stampsOf(log)).toEqual([101, 102, 103]);
    }));

  it("partitions that are read and recorded at the same time each get their own, and a lost lease is FENCED alone", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const partitions = [60, 3, 17, 41];
      await log.append(
        partitions.flatMap((number) =>
          idsOfPartition(number, 3).map((id, i) => logRow({ id, eventTimeUs: BigInt(number * 10 + i) })),
        ),
      );
      const leases = await log.acquireLeases("applier", 60_000);
      const mine = partitions.map((number) => leases.find((lease) => lease.partition === number)!);
      await log.takeLease(17, "another", 60_000);
      const ends = await Promise.allSettled(
        mine.map((lease) => log.recordApplied(lease, 2n, [stamp(1, lease.partition), stamp(2, 900)])),
      );
      expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
      expect((ends[2] as PromiseRejectedResult).reason).toMatchObject({ kind: "FENCED" });
      const rows = await Promise.all(partitions.map((number) => log.read(number, 1n, 1 + (number % 2))));
      expect(rows.map((found) => found.map(({ position }) => Number(position)))).toEqual([
        [2],
        [2, 3],
        [2, 3],
        [2, 3],
      ]);
      expect(rows.map((found) => found[0]!.availableTimeUs)).toEqual([900n, 900n, undefined, 900n]);
      expect(rows.map((found) => found[0]!.eventTimeUs)).toEqual([601n, 31n, 171n, 411n]);
      const progress = await log.progress();
      expect(partitions.map((number) => progress[number]!.applied)).toEqual([2n, 2n, 0n, 2n]);
    }));

  it("`applied` moves forward and never back, in its partition only", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await fill(log, 5);
      const lease = await leaseOfPartition(log);
      const seen: bigint[] = [];
      for (const applied of [2n, 4n, 1n, 4n, 5n]) {
        await log.recordApplied(lease, applied, []);
        seen.push((await log.progress())[partition]!.applied);
      }
      expect(seen).toEqual([2n, 4n, 4n, 4n, 5n]);
      const others = (await log.progress()).filter((it) => it.partition !== partition);
      expect(others.every(({ applied }) => applied === 0n)).toBe(true);
    }));

  it("rows after `applied` may have stamps; stamps of positions that are not there are passed over", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await fill(log, 3);
      const lease = await leaseOfPartition(log);
      await log.recordApplied(lease, 1n, [stamp(1, 101), stamp(3, 103), stamp(4, 104), stamp(0, 100)]);
      expect(await stampsOf(log)).toEqual([101, undefined, 103]);
      await fill(log, 1);
      expect(await stampsOf(log)).toEqual([101, undefined, 103, undefined]);
    }));
}

function trimming(factory: EnginePlaceFactory<IngestLog>): void {
  it("trim() drops applied rows only, and positions go on", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await fill(log, 6);
      const lease = await leaseOfPartition(log);
      await log.recordApplied(
        lease,
        4n,
        [1, 2, 3, 4].map((position) => stamp(position, 100 + position)),
      );
      const left = async () => (await log.read(partition, 0n, 100)).map(({ position }) => Number(position));
      await log.trim(partition, 2n);
      expect(await left()).toEqual([3, 4, 5, 6]);
      await log.trim(partition, 6n);
      expect(await left()).toEqual([5, 6]);
      await log.trim(partition, 1n);
      await fill(log, 1);
      expect(await left()).toEqual([5, 6, 7]);
      expect((await log.progress())[partition]).toEqual({ partition, head: 7n, applied: 4n });
      await log.recordApplied(lease, 5n, [stamp(2, 900), stamp(5, 105)]);
      expect(await stampsOf(log)).toEqual([105, undefined, undefined]);
    }));

  it("trim() of a whole partition keeps its head", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await fill(log, 2);
      await log.recordApplied(await leaseOfPartition(log), 2n, []);
      await log.trim(partition, 2n);
      expect(await log.read(partition, 0n, 10)).toEqual([]);
      await fill(log, 1);
      expect((await log.read(partition, 0n, 10)).map(({ position }) => position)).toEqual([3n]);
    }));
}

function counting(factory: EnginePlaceFactory<IngestLog>): void {
  it("countByView() counts rows and stamped rows per view, in order of id", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await fill(log, 3, 4_000_000_000);
      await fill(log, 2, 9);
      expect(await log.countByView()).toEqual([
        { viewId: 9, rows: 2n, applied: 0n, eventTimeMaxUs: undefined },
        { viewId: 4_000_000_000, rows: 3n, applied: 0n, eventTimeMaxUs: undefined },
      ]);
      const lease = await leaseOfPartition(log);
      await log.recordApplied(lease, 2n, [stamp(2, 200), stamp(1, 200)]);
      await log.recordApplied(lease, 2n, [stamp(2, 200), stamp(1, 200), stamp(4, 200)]);
      const counts = [
        { viewId: 9, rows: 2n, applied: 1n, eventTimeMaxUs: 1n },
        { viewId: 4_000_000_000, rows: 3n, applied: 2n, eventTimeMaxUs: 2n },
      ];
      expect(await log.countByView()).toEqual(counts);
      await log.trim(partition, 2n);
      expect(await log.countByView()).toEqual(counts);
    }));
}
