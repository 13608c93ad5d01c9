import { encodeKey, partitionOf } from "@timewell/keys";
import { isErased, type IngestLog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { entityKeyOf, idsOfPartition, logRow, refusedRow } from "./log-row.testdata.ts";

/** Erasing an entity: nothing of it is left but that there was something. */
export function ingestLogErases(factory: EnginePlaceFactory<IngestLog>): void {
  describe("eraseEntity()", () => {
    it("removes the content of the entity's rows; positions, stamps and counts stay", () =>
      withEngine(factory, new ManualClock(), async (log) => {
        const [id, other] = idsOfPartition(3, 2) as [number, number];
        await log.append([
          logRow({ id, eventTimeUs: 1n }),
          logRow({ id: other }),
          logRow({ id, viewId: 8 }),
          logRow({ id, viewId: 9 }),
          logRow({ id, deleted: true, payload: new Uint8Array(0) }),
        ]);
        const leases = await log.acquireLeases("a", 60_000);
        await log.recordApplied(leases[3]!, 2n, [{ position: 1n, availableTimeUs: 77n }]);
        const counts = await log.countByView();
        const progress = await log.progress();
        expect(await log.eraseEntity([7, 8, 70], entityKeyOf(id))).toEqual({
          logRows: 3,
          quarantinedRows: 0,
          eventIds: 0,
        });
        const rows = await log.read(3, 0n, 10);
        expect(rows.map((row) => [Number(row.position), isErased(row), row.payload.length])).toEqual([
          [1, true, 0],
          [2, false, 3],
          [3, true, 0],
          [4, false, 3],
          [5, true, 0],
        ]);
        expect(rows[0]).toMatchObject({ viewId: 7, eventTimeUs: 1n, availableTimeUs: 77n });
        expect(await log.countByView()).toEqual(counts);
        expect(await log.progress()).toEqual(progress);
        await log.recordApplied(leases[3]!, 5n, [{ position: 3n, availableTimeUs: 78n }]);
        expect((await log.read(3, 2n, 1))[0]).toMatchObject({ position: 3n, availableTimeUs: 78n });
        expect((await log.eraseEntity([7, 8, 70], entityKeyOf(id))).logRows).toBe(0);
      }));

    it("removes its rows in quarantine and its event ids, and no others", () =>
      withEngine(factory, new ManualClock(), async (log) => {
        const event = (viewId: number, id: number, name: string) =>
          logRow({ viewId, id, eventId: encodeKey(["STRING"], [name]) });
        const events = [event(7, 1, "a"), event(7, 1, "b"), event(8, 1, "a"), event(7, 2, "a")];
        const quarantined = [
          refusedRow({ entityKey: entityKeyOf(1) }),
          refusedRow({ entityKey: entityKeyOf(2) }),
          refusedRow({ entityKey: undefined }),
          refusedRow({ entityKey: entityKeyOf(1), viewId: 8 }),
        ];
        await log.append(events, undefined, { quarantined });
        expect(await log.eraseEntity([7], entityKeyOf(1))).toEqual({
          logRows: 2,
          quarantinedRows: 1,
          eventIds: 2,
        });
        const left = await log.listQuarantine({}, { rowsMax: 9 });
        expect(left.map(({ id }) => id)).toEqual([4n, 3n, 2n]);
        expect(await log.countQuarantine()).toContainEqual({ viewId: 7, rows: 2n, overflowed: 0n });
        expect((await log.append(events)).duplicates).toBe(2);
      }));

    it("reaches rows that lie far apart, and leaves trimmed ones alone", () =>
      withEngine(factory, new ManualClock(), async (log) => {
        const [id, other] = idsOfPartition(5, 2) as [number, number];
        const many = Array.from({ length: 12_000 }, (_, i) => logRow({ id: i % 3_000 === 1 ? id : other }));
        await log.append(many);
        const leases = await log.acquireLeases("a", 60_000);
        await log.recordApplied(leases[5]!, 2n, []);
        await log.trim(5, 2n);
        expect((await log.eraseEntity([7], entityKeyOf(id))).logRows).toBe(3);
        expect(partitionOf(entityKeyOf(id))).toBe(5);
        const rows = await log.read(5, 0n, 20_000);
        expect(rows.filter(isErased).map(({ position }) => Number(position))).toEqual([3_002, 6_002, 9_002]);
      }));
  });
}
