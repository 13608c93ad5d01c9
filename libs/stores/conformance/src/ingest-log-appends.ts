import { partitionOf } from "@timewell/keys";
import { logPartitions, type IngestLog, type LogAppend, type LogRow } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { appendedPart, entityKeyOf, idsOfPartition, logRow } from "./log-row.testdata.ts";

/** Appending and reading: positions, order, atomicity, bytes. */
export function ingestLogAppends(factory: EnginePlaceFactory<IngestLog>): void {
  describe("append() and read()", () => {
    emptyLog(factory);
    roundTrip(factory);
    positions(factory);
    concurrentAppends(factory);
    chasingReader(factory);
  });
}

function emptyLog(factory: EnginePlaceFactory<IngestLog>): void {
  it("a new log has 64 empty partitions and no counts", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const empty = Array.from({ length: logPartitions }, (_, partition) => ({
        partition,
        head: 0n,
        applied: 0n,
      }));
      expect(await log.progress()).toEqual(empty);
      expect(await log.countByView()).toEqual([]);
      expect(await log.read(0, 0n, 10)).toEqual([]);
      await log.check();
    }));

  it("append() of no rows does nothing", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      expect(await log.append([])).toEqual({ positions: [], duplicates: 0, replayedAnswer: undefined });
      expect((await log.progress()).every(({ head }) => head === 0n)).toBe(true);
    }));
}

function roundTrip(factory: EnginePlaceFactory<IngestLog>): void {
  it("read() gives back what was appended, byte for byte", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const allBytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const rows: LogAppend[] = [
        logRow({ viewId: 0, payload: allBytes }),
        logRow({ viewId: 2 ** 32 - 1, payload: new Uint8Array(0), deleted: true }),
        logRow({ payload: new Uint8Array(64 * 1024).fill(255) }),
        logRow({ eventTimeUs: -(2n ** 62n) }),
        logRow({ eventTimeUs: 2n ** 62n }),
        logRow({ entityKey: Uint8Array.from({ length: 1024 }, (_, i) => i % 256) }),
      ];
      const { positions } = await log.append(rows);
      for (const [i, row] of rows.entries()) {
        const { partition, position } = positions[i]!;
        const [stored] = await log.read(partition, position - 1n, 1);
        expect(appendedPart(stored!)).toEqual(appendedPart(row));
      }
    }));

  it("append() copies the rows: a caller may use its buffers again", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const row = logRow({ entityKey: Uint8Array.from(entityKeyOf(1)), payload: Uint8Array.of(1, 2, 3) });
      const before = appendedPart(row);
      await log.append([row]);
      row.entityKey.fill(9);
      row.payload.fill(9);
      const [stored] = await log.read(partitionOf(entityKeyOf(1)), 0n, 1);
      expect(appendedPart(stored!)).toEqual(before);
    }));

  it("a row tells when it was appended, by the log's clock, and has no stamp yet", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      await log.append([logRow()]);
      await clock.advance(1_500);
      await log.append([logRow()]);
      const rows = await log.read(partitionOf(logRow().entityKey), 0n, 10);
      expect(rows.map((row) => clock.nowUs() - row.appendedAtUs)).toEqual([1_500_000n, 0n]);
      expect(rows.map((row) => row.availableTimeUs)).toEqual([undefined, undefined]);
    });
  });
}

function positions(factory: EnginePlaceFactory<IngestLog>): void {
  it("positions run from 1 without gaps in each partition, in the order of the rows", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const rows = Array.from({ length: 500 }, (_, id) => logRow({ id, eventTimeUs: BigInt(id) }));
      const { positions } = await log.append(rows);
      const heads = new Map<number, bigint>();
      for (const [i, row] of rows.entries()) {
        const partition = partitionOf(row.entityKey);
        const position = (heads.get(partition) ?? 0n) + 1n;
        heads.set(partition, position);
        expect(positions[i]).toEqual({ partition, position });
      }
      for (const { partition, head } of await log.progress()) expect(head).toBe(heads.get(partition) ?? 0n);
    }));

  it("read() starts after a position, ends at rowsMax, ascends", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const [id] = idsOfPartition(63, 1);
      const other = idsOfPartition(62, 1)[0];
      await log.append(Array.from({ length: 300 }, (_, i) => logRow({ id: id!, eventTimeUs: BigInt(i) })));
      await log.append([logRow({ id: other! })]);
      const positionsRead = async (after: bigint, rowsMax: number) =>
        (await log.read(63, after, rowsMax)).map((row) => Number(row.position));
      expect(await positionsRead(0n, 3)).toEqual([1, 2, 3]);
      expect(await positionsRead(254n, 4)).toEqual([255, 256, 257, 258]);
      expect(await positionsRead(298n, 10)).toEqual([299, 300]);
      expect(await positionsRead(300n, 10)).toEqual([]);
      expect(await positionsRead(9_999n, 10)).toEqual([]);
      expect((await log.read(63, 0n, 1_000)).every((row) => row.partition === 63)).toBe(true);
    }));
}

function concurrentAppends(factory: EnginePlaceFactory<IngestLog>): void {
  it("100 concurrent appends get positions without gaps or twins, and each row is where its position says", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const batches = Array.from({ length: 100 }, (_, batch) =>
        Array.from({ length: 5 }, (_, i) => logRow({ id: i, eventTimeUs: BigInt(batch) })),
      );
      const results = await Promise.all(batches.map((rows) => log.append(rows)));
      const stored = await readAll(log);
      expect(stored.size).toBe(500);
      for (const [batch, { positions }] of results.entries()) {
        for (const [i, { partition, position }] of positions.entries()) {
          const row = stored.get(`${partition}/${position}`)!;
          expect(appendedPart(row)).toEqual(appendedPart(batches[batch]![i]!));
        }
      }
      const heads = (await log.progress()).reduce((sum, { head }) => sum + head, 0n);
      expect(heads).toBe(500n);
    }));
}

function chasingReader(factory: EnginePlaceFactory<IngestLog>): void {
  it("a reader of `position > n` misses nothing and sees whole batches while 8 writers append", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const partition = 5;
      const ids = idsOfPartition(partition, 3);
      const seen: LogRow[] = [];
      let writing = true;
      const writer = async (writerNumber: number) => {
        for (let n = 0; n < 15; n++) {
          const eventTimeUs = BigInt(writerNumber * 1000 + n);
          await log.append(ids.map((id) => logRow({ id, eventTimeUs })));
        }
      };
      const reader = async () => {
        for (let more = true; more;) {
          more = writing;
          const rows = await log.read(partition, BigInt(seen.length), 1_000);
          expect(rows.length % ids.length, "rows of a batch become visible together").toBe(0);
          for (const row of rows) expect(row.position).toBe(BigInt(seen.push(row)));
          await turn();
        }
      };
      const reading = reader();
      await Promise.all(Array.from({ length: 8 }, (_, i) => writer(i)));
      writing = false;
      await reading;
      expect(seen.length).toBe(8 * 15 * ids.length);
      expect(new Set(seen.map((row) => row.eventTimeUs)).size).toBe(8 * 15);
    }));
}

async function readAll(log: IngestLog): Promise<Map<string, LogRow>> {
  const all = new Map<string, LogRow>();
  for (let partition = 0; partition < logPartitions; partition++) {
    for (const row of await log.read(partition, 0n, 10_000)) all.set(`${partition}/${row.position}`, row);
  }
  return all;
}
