import type { IngestLog, QuarantineLimits } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine } from "./engine-place.ts";
import type { IngestLogPlaceFactory } from "./describe-ingest-log.ts";
import { logRow, refusedRow } from "./log-row.testdata.ts";

/** Refused rows: kept with the append, listed, taken out again. */
export function ingestLogQuarantine(factory: IngestLogPlaceFactory): void {
  describe("the quarantine", () => {
    keeping(factory);
    listing(factory);
    dropping(factory);
    takingOut(factory);
    overflowing(factory);
  });
}

function withLimits(factory: IngestLogPlaceFactory, limits: QuarantineLimits): IngestLogPlaceFactory {
  return (clock) => factory(clock, limits);
}

/** Refuses one row after another; names go into the message. */
async function refuse(log: IngestLog, viewId: number, ...names: string[]): Promise<void> {
  await log.append([], undefined, { quarantined: names.map((message) => refusedRow({ viewId, message })) });
}

async function namesOf(log: IngestLog): Promise<string[]> {
  return (await log.listQuarantine({}, { rowsMax: 1_000 })).map(({ message }) => message).reverse();
}

function keeping(factory: IngestLogPlaceFactory): void {
  it("getQuarantined() gives back what was refused, byte for byte", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      const rows = [
        refusedRow({ content: Uint8Array.from({ length: 256 }, (_, i) => i), message: "ü 名 \u0000 \"'" }),
        refusedRow({
          origin: "push",
          constraint: "delay_range",
          from: "",
          entityKey: undefined,
          recordKey: new Uint8Array(0),
          recordTimeUs: -(2n ** 60n),
          content: new Uint8Array(0),
        }),
        refusedRow({ viewId: 2 ** 31 - 1, recordKey: undefined, recordTimeUs: undefined }),
      ];
      const { positions } = await log.append([logRow()], undefined, { quarantined: rows });
      expect(positions.length).toBe(1);
      const listed = await log.listQuarantine({}, { rowsMax: 10 });
      expect(listed.map(({ id }) => id)).toEqual([3n, 2n, 1n]);
      for (const [i, row] of rows.entries()) {
        const { id, refusedAtUs, contentBytes, ...found } = (await log.getQuarantined(BigInt(i + 1)))!;
        expect({ id, refusedAtUs, contentBytes }).toEqual({
          id: BigInt(i + 1),
          refusedAtUs: clock.nowUs(),
          contentBytes: row.content.length,
        });
        expect(plain(found)).toEqual(plain(row));
      }
      expect(await log.getQuarantined(4n)).toBeUndefined();
    });
  });

  it("a content over the limit is cut, its length kept, and a long message shortened", () =>
    withEngine(withLimits(factory, { rowsPerViewMax: 5, rowBytesMax: 4 }), new ManualClock(), async (log) => {
      const quarantined = [
        refusedRow({
          content: Uint8Array.of(1, 2, 3, 4, 5, 6),
          recordKey: Uint8Array.of(9, 9, 9, 9, 9),
          message: "m".repeat(5_000),
        }),
      ];
      await log.append([], undefined, { quarantined });
      const row = (await log.getQuarantined(1n))!;
      expect([row.contentBytes, [...row.content], [...row.recordKey!]]).toEqual([
        6,
        [1, 2, 3, 4],
        [9, 9, 9, 9],
      ]);
      expect(row.message.length).toBe(4_096);
    }));
}

function plain(row: object): Record<string, unknown> {
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    value instanceof Uint8Array ? [...value] : value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function listing(factory: IngestLogPlaceFactory): void {
  it("listQuarantine() pages through what the filter lets through, the latest first", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      await refuse(log, 7, "a", "b", "c");
      await clock.advance(1_000);
      const refusedBeforeUs = clock.nowUs();
      await refuse(log, 8, "d");
      await log.append([], undefined, {
        quarantined: [refusedRow({ message: "e", kind: "INVALID_EVENT_TIME" })],
      });
      const list = async (filter: Parameters<IngestLog["listQuarantine"]>[0], rowsMax = 10) =>
        (await log.listQuarantine(filter, { rowsMax })).map(({ message }) => message).join("");
      expect(await list({})).toBe("edcba");
      expect(await list({}, 2)).toBe("ed");
      expect(await list({ viewIds: [7] })).toBe("ecba");
      expect(await list({ viewIds: [] })).toBe("");
      expect(await list({ viewIds: [7, 8], kind: "INVALID_EVENT_TIME" })).toBe("e");
      expect(await list({ refusedBeforeUs })).toBe("cba");
      expect(await list({ ids: [1n, 4n, 99n] })).toBe("da");
      expect(await list({ ids: [] })).toBe("");
      const page = await log.listQuarantine({ viewIds: [7] }, { rowsMax: 2, beforeId: 5n });
      expect(page.map(({ id, message }) => [id, message])).toEqual([
        [3n, "c"],
        [2n, "b"],
      ]);
      expect(page.every((entry) => !("content" in entry) && !("entityKey" in entry))).toBe(true);
    });
  });
}

function dropping(factory: IngestLogPlaceFactory): void {
  it("dropQuarantined() drops what the filter lets through, and ids are not given again", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      await refuse(log, 7, "a", "b");
      await clock.advance(1_000);
      await refuse(log, 8, "c", "d");
      expect(await log.dropQuarantined({ viewIds: [7], ids: [1n, 3n] })).toBe(1);
      expect(await namesOf(log)).toEqual(["b", "c", "d"]);
      expect(await log.dropQuarantined({ refusedBeforeUs: clock.nowUs() })).toBe(1);
      expect(await log.countQuarantine()).toContainEqual({ viewId: 8, rows: 2n, overflowed: 0n });
      expect(await log.dropQuarantined({})).toBe(2);
      expect(await log.dropQuarantined({})).toBe(0);
      await refuse(log, 7, "e");
      expect((await log.listQuarantine({}, { rowsMax: 9 })).map(({ id }) => id)).toEqual([5n]);
    });
  });
}

function takingOut(factory: IngestLogPlaceFactory): void {
  it("an append takes rows out of the quarantine in the same step, and only if all are there", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await refuse(log, 7, "a", "b", "c");
      const dropQuarantined = [1n, 2n];
      const extras = { dropQuarantined, quarantined: [refusedRow({ message: "a again" })] };
      expect((await log.append([logRow()], undefined, extras)).positions.length).toBe(1);
      expect(await namesOf(log)).toEqual(["c", "a again"]);
      const late = log.append([logRow()], undefined, { dropQuarantined: [3n, 1n] });
      await expect(late).rejects.toMatchObject({ kind: "FENCED" });
      expect(await namesOf(log)).toEqual(["c", "a again"]);
      expect((await log.countByView())[0]!.rows).toBe(1n);
    }));

  it("of concurrent appends that take out one row, one succeeds", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await refuse(log, 7, "a");
      const results = await Promise.allSettled(
        Array.from({ length: 6 }, (_, id) =>
          log.append([logRow({ id })], undefined, { dropQuarantined: [1n] }),
        ),
      );
      expect(results.filter(({ status }) => status === "fulfilled").length).toBe(1);
      expect((await log.countByView())[0]!.rows).toBe(1n);
    }));
}

function overflowing(factory: IngestLogPlaceFactory): void {
  const limits = { rowsPerViewMax: 3, rowBytesMax: 100 };

  it("where a view's quarantine is full, its oldest rows go and are counted", () =>
    withEngine(withLimits(factory, limits), new ManualClock(), async (log) => {
      await refuse(log, 7, "a", "b");
      await refuse(log, 8, "x");
      await refuse(log, 7, "c", "d", "e");
      expect(await namesOf(log)).toEqual(["x", "c", "d", "e"]);
      await refuse(log, 7, ..."fghij");
      expect(await namesOf(log)).toEqual(["x", "h", "i", "j"]);
      expect(await log.countQuarantine()).toEqual([
        { viewId: 7, rows: 3n, overflowed: 7n },
        { viewId: 8, rows: 1n, overflowed: 0n },
      ]);
    }));

  it("counts follow concurrent appends and drops", () =>
    withEngine(withLimits(factory, limits), new ManualClock(), async (log) => {
      await Promise.all(Array.from({ length: 12 }, (_, i) => refuse(log, 7 + (i % 2), "a", "b")));
      expect(await log.countQuarantine()).toEqual([
        { viewId: 7, rows: 3n, overflowed: 9n },
        { viewId: 8, rows: 3n, overflowed: 9n },
      ]);
      await log.dropQuarantined({ viewIds: [7] });
      await refuse(log, 7, "c");
      expect((await log.countQuarantine())[0]).toEqual({ viewId: 7, rows: 1n, overflowed: 9n });
    }));
}
