import { writeFile } from "node:fs/promises";
import { orderOfLog } from "@timewell/row";
import type { HistoryRow, KeyColumn, ViewHistory } from "@timewell/store-ports";
import { describe, expect, it } from "vitest";
import { neverAborted, useOfflineEngine, type OfflineEngineFactory } from "./offline-engine-place.ts";

const startUs = 1_700_000_000_000_000n;

const history: ViewHistory = {
  viewId: 1,
  keys: [
    { name: "user", type: "STRING" },
    { name: "device", type: "INT32" },
  ],
  features: [{ name: "value", type: "INT64", dimension: 0, number: 1 }],
  source: undefined,
  segments: [],
  tail: [],
};

const row = (position: number, user: string, device: bigint): HistoryRow => ({
  partition: 3,
  position: BigInt(position),
  order: orderOfLog(BigInt(position)),
  deleted: false,
  eventTimeUs: startUs + BigInt(position),
  availableTimeUs: startUs + 100n,
  keys: [user, device],
  features: [BigInt(position)],
});

const keyOf = (user: string, device: bigint): KeyColumn[] => [
  { column: "user", type: "STRING", value: user },
  { column: "device", type: "INT32", value: device },
];

/** Finding the rows of an entity in files, and copying segments without them. */
export function erases(factory: OfflineEngineFactory): void {
  describe("rows of one entity", () => {
    const place = useOfflineEngine(factory);

    it("copySegmentWithout() leaves out its rows and keeps all others as they are", async () => {
      const { engine } = place;
      const path = place.path("a.parquet");
      const rows = [row(1, "o'hara", 1n), row(2, "o'hara", 2n), row(3, "x", 1n), row(4, "o'hara", 1n)];
      await engine.writeSegment(path, history, rows);
      const key = keyOf("o'hara", 1n);
      expect(await engine.countKey("parquet", path, key)).toBe(2);
      const copy = place.path("b.parquet");
      expect(await engine.copySegmentWithout(path, copy, key)).toMatchObject({
        rows: 2,
        eventTimeMinUs: startUs + 2n,
        eventTimeMaxUs: startUs + 3n,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      });
      expect(await engine.countKey("parquet", copy, key)).toBe(0);
      const twin = place.path("c.parquet");
      await engine.writeSegment(twin, history, [rows[1]!, rows[2]!]);
      const read = async (segment: string) => {
        const found: Buffer[] = [];
        for await (const batch of engine.scanSegments({ ...history, segments: [segment] }, neverAborted))
          found.push(...batch.rows.map((bytes) => Buffer.from(bytes)));
        return found.sort(Buffer.compare);
      };
      expect(await read(copy)).toEqual(await read(twin));
    });

    it("copySegmentWithout() makes no file where no row is left", async () => {
      const path = place.path("a.parquet");
      await place.engine.writeSegment(path, history, [row(1, "x", 1n)]);
      const copy = place.path("b.parquet");
      expect(await place.engine.copySegmentWithout(path, copy, keyOf("x", 1n))).toBeUndefined();
      await expect(place.engine.countKey("parquet", copy, keyOf("x", 1n))).rejects.toMatchObject({
        kind: "FILE_NOT_FOUND",
      });
    });

    it("countKey() finds them under other names and types; what cannot be one is not counted", async () => {
      const path = place.path("a.csv");
      await writeFile(path, "who,with,n\nx,1,5\nx, 1,6\nx,one,7\nX,1,8\n,1,9\nx,,9\n");
      const key: KeyColumn[] = [
        { column: "who", type: "STRING", value: "x" },
        { column: "with", type: "INT32", value: 1n },
      ];
      expect(await place.engine.countKey("csv", path, key)).toBe(2);
      const absent = [...key, { column: "absent", type: "BOOL" as const, value: true }];
      expect(await place.engine.countKey("csv", path, absent)).toBe(0);
    });

    it("countKey() compares keys of every type, and of no parts", async () => {
      const path = place.path("a.parquet");
      const typed: ViewHistory = {
        ...history,
        keys: [
          { name: "yes", type: "BOOL" },
          { name: "big", type: "INT64" },
          { name: "raw", type: "BYTES" },
          { name: "at", type: "TIMESTAMP" },
        ],
      };
      const keys = [true, 2n ** 62n, Uint8Array.of(0, 255), startUs];
      await place.engine.writeSegment(path, typed, [{ ...row(1, "", 0n), keys }]);
      const key = typed.keys.map(({ name, type }, i) => ({ column: name, type, value: keys[i]! }));
      expect(await place.engine.countKey("parquet", path, key)).toBe(1);
      const other = key.map((part) => (part.column === "raw" ? { ...part, value: Uint8Array.of(0) } : part));
      expect(await place.engine.countKey("parquet", path, other)).toBe(0);
      expect(await place.engine.countKey("parquet", path, [])).toBe(1);
    });
  });
}
