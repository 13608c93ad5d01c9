import { partitionOf } from "@timewell/keys";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";

import { InMemoryIngestLog, InMemoryOfflineCatalog, readLogHistory } from "./index.ts";

const entityKey = Uint8Array.of(1, 0x10);
const partition = partitionOf(entityKey);
const row = (viewId: number) => ({
  viewId,
  entityKey,
  eventTimeUs: 1n,
  deleted: false,
  payload: new Uint8Array(),
});

async function worldOf(rows: number) {
  const log = new InMemoryIngestLog(new ManualClock());
  const catalog = new InMemoryOfflineCatalog();
  for (let i = 0; i < rows; i++) await log.append([row(7), row(8)]);
  const [lease] = (await log.acquireLeases("me", 1_000)).filter((held) => held.partition === partition);
  await log.recordApplied(lease!, BigInt(rows * 2), []);
  return { log, catalog };
}

const flush = async (catalog: InMemoryOfflineCatalog, position: bigint) => {
  const { version } = await catalog.manifest();
  await catalog.commit(version, { added: [], removed: [], flushed: new Map([[partition, position]]) });
};

describe("readLogHistory()", () => {
  it("reads what is after the flushed positions, of the views asked for", async () => {
    const { log, catalog } = await worldOf(3_000);
    await flush(catalog, 4n);
    const { manifest, tails } = await readLogHistory(catalog, log, new Set([8]));
    expect(manifest.version).toBe(1n);
    expect([...tails.keys()]).toEqual([8]);
    expect(tails.get(8)?.map(({ position }) => position)).toEqual(
      Array.from({ length: 2_998 }, (_, i) => BigInt(6 + 2 * i)),
    );
  });

  // A row that moved on between the two reads would be in neither.
  it.each([3n, 6n])(
    "reads again where rows up to %s are flushed and trimmed between its two reads",
    async (position) => {
      const { log, catalog } = await worldOf(3);
      let reads = 0;
      const slow = Object.assign(Object.create(log) as InMemoryIngestLog, {
        progress: async () => {
          if (++reads === 1) {
            await flush(catalog, position);
            await log.trim(partition, position);
          }
          return log.progress();
        },
        read: log.read.bind(log),
      });
      const { manifest, tails } = await readLogHistory(catalog, slow, new Set([7, 8]));
      expect(manifest.flushed.get(partition)).toBe(position);
      const read = [...tails.values()].flat().map((each) => Number(each.position));
      expect(read.sort()).toEqual([4, 5, 6].filter((each) => each > position));
    },
  );

  it("does not count what is appended while it reads", async () => {
    const { log, catalog } = await worldOf(2);
    const growing = Object.assign(Object.create(log) as InMemoryIngestLog, {
      progress: () => log.progress(),
      read: async (...args: Parameters<InMemoryIngestLog["read"]>) => {
        await log.append([row(7)]);
        return log.read(...args);
      },
    });
    const { positions, tails } = await readLogHistory(catalog, growing, new Set([7, 8]));
    expect(positions).toEqual(Array.from({ length: 64 }, (_, p) => (p === partition ? 4n : 0n)));
    expect([...tails.values()].flat().length).toBe(4);
  });

  it("reads up to positions of before, also where segments hold them by now", async () => {
    const { log, catalog } = await worldOf(3);
    const { positions } = await readLogHistory(catalog, log, new Set([7]));
    const bounds = { positions: positions.map((position) => (position === 0n ? 0n : position - 1n)) };
    await log.append([row(7)]);
    const before = await readLogHistory(catalog, log, new Set([7]), bounds);
    expect(before.tails.get(7)?.map(({ position }) => position)).toEqual([1n, 3n, 5n]);
    expect(before.positions).toEqual(bounds.positions);
    await flush(catalog, 6n);
    await log.trim(partition, 6n);
    expect((await readLogHistory(catalog, log, new Set([7]), bounds)).tails.size).toBe(0);
  });

  it("ends when it is told to", async () => {
    const { log, catalog } = await worldOf(1);
    const ended = readLogHistory(catalog, log, new Set([7]), { signal: AbortSignal.abort() });
    await expect(ended).rejects.toThrow("abort");
  });

  it("tells which rows have no available time, of all views, neighbours as one", async () => {
    const { log, catalog } = await worldOf(0);
    await log.append(Array.from({ length: 8 }, () => row(7)));
    const [lease] = (await log.acquireLeases("me", 1_000)).filter((held) => held.partition === partition);
    const stamps = [1n, 2n, 5n].map((position) => ({ position, availableTimeUs: 9n }));
    await log.recordApplied(lease!, 2n, stamps);
    await flush(catalog, 1n);
    const { unavailable } = await readLogHistory(catalog, log, new Set([8]));
    expect(unavailable).toEqual([
      { partition, first: 3n, last: 4n },
      { partition, first: 6n, last: 8n },
    ]);
  });

  it("refuses more places with rows that wait than it can tell apart", async () => {
    const { log, catalog } = await worldOf(0);
    await log.append(Array.from({ length: 20_002 }, () => row(7)));
    const [lease] = (await log.acquireLeases("me", 1_000)).filter((held) => held.partition === partition);
    const stamps = Array.from({ length: 10_001 }, (_, i) => ({
      position: BigInt(2 * i + 1),
      availableTimeUs: 9n,
    }));
    await log.recordApplied(lease!, 1n, stamps);
    await expect(readLogHistory(catalog, log, new Set([7]))).rejects.toMatchObject({ kind: "OVERLOADED" });
    const positions = (await log.progress()).map(({ head }) => head);
    expect((await readLogHistory(catalog, log, new Set([7]), { positions })).tails.get(7)?.length).toBe(
      20_002,
    );
  });

  it("fails where rows are in no segment and not in the log either", async () => {
    const { log, catalog } = await worldOf(3);
    await log.trim(partition, 2n);
    await expect(readLogHistory(catalog, log, new Set([7]))).rejects.toMatchObject({ kind: "DATA_LOSS" });
  });
});
