import { encodeKey } from "@timewell/keys";
import { createDatabase } from "@timewell/setup";
import { describeIngestLog } from "@timewell/store-conformance";
import type { LogAppend } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { connect, emptyPlaces } from "./empty-place.testdata.ts";
import { openPostgres } from "./open-postgres.ts";

describeIngestLog(
  "PostgresIngestLog",
  emptyPlaces((stores) => stores.ingestLog),
);

function row(id: number): LogAppend {
  const entityKey = encodeKey(["INT64"], [BigInt(id)]);
  return {
    viewId: 1 + (id % 2),
    entityKey,
    eventTimeUs: BigInt(id),
    deleted: false,
    payload: Uint8Array.of(1),
  };
}

describe("PostgresIngestLog", () => {
  it("appends from several processes in any order of partitions without a deadlock, a gap or a twin", async () => {
    const url = await createDatabase();
    const clock = new ManualClock();
    const opened = await Promise.all([1, 2, 3].map(() => openPostgres(url, { clock, poolMax: 4 })));
    const requests = Array.from({ length: 90 }, (_, i) => {
      const ids = Array.from({ length: 20 }, (_unused, n) => i * 20 + n);
      if (i % 2 === 1) ids.reverse();
      // Every request is sent twice, to two processes.
      return [0, 1].map((twin) =>
        opened[(i + twin) % 3]!.ingestLog.append(ids.map(row), {
          scope: "s",
          id: `${i % 2 === 1 ? i : 1_000 - i}`,
          digest: Uint8Array.of(i),
          encodeAnswer: () => Uint8Array.of(i),
        }),
      );
    });
    const results = await Promise.all(requests.flat());
    expect(results.filter(({ replayedAnswer }) => replayedAnswer === undefined).length).toBe(90);
    const { ingestLog } = opened[0]!;
    const rows = await Promise.all(Array.from({ length: 64 }, (_, i) => ingestLog.read(i, 0n, 10_000)));
    for (const partition of rows) {
      expect(partition.map(({ position }) => position)).toEqual(partition.map((_, i) => BigInt(i + 1)));
    }
    const ids = rows.flat().map(({ eventTimeUs }) => Number(eventTimeUs));
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_800 }, (_, i) => i));
    await Promise.all(opened.map((stores) => stores.close()));
  });

  it("keeps its counts through the folds", async () => {
    const url = await createDatabase();
    const stores = await openPostgres(url, { clock: new ManualClock() });
    const { ingestLog } = stores;
    const [place] = (await ingestLog.append([row(2), row(3)])).positions;
    const lease = (await ingestLog.acquireLeases("a", 1_000))[place!.partition]!;
    await ingestLog.recordApplied(lease, 1n, [{ position: 1n, availableTimeUs: 9n }]);
    for (let id = 0; id < 500; id += 1) await ingestLog.append([row(id)]);
    expect(await ingestLog.countByView()).toEqual([
      { viewId: 1, rows: 251n, applied: 1n, eventTimeMaxUs: 2n },
      { viewId: 2, rows: 251n, applied: 0n, eventTimeMaxUs: undefined },
    ]);
    const admin = connect(url);
    const [kept] = await admin.query<{ rows: bigint }>(
      "SELECT count(*) AS rows FROM timewell.log_view_counts",
    );
    expect(kept!.rows).toBeLessThan(10n);
    await Promise.all([stores.close(), admin.close()]);
  });
});
