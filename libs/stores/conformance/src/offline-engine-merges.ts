import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { compileRowCodec, payloadOf, readHeader, type FeatureValue } from "@timewell/row";
import type { EncodedRows, HistoryRow, ViewHistory } from "@timewell/store-ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  neverAborted,
  useOfflineEngine,
  type OfflineEngineFactory,
  type OfflinePlace,
} from "./offline-engine-place.ts";
import { runs } from "./runs.ts";

const startUs = 1_700_000_000_000_001n;

const all: ViewHistory = {
  viewId: 7,
  keys: [{ name: "key", type: "INT64" }],
  features: [
    { name: "count", type: "INT64", dimension: 0, number: 1 },
    { name: "tags", type: "STRING_LIST", dimension: 0, number: 2 },
    { name: "place", type: "FLOAT_VECTOR", dimension: 2, number: 3 },
    { name: "seen", type: "TIMESTAMP", dimension: 0, number: 4 },
  ],
  source: undefined,
  segments: [],
  tail: [],
};

const codec = compileRowCodec(all.features);

function row(position: bigint, given: Partial<HistoryRow> = {}): HistoryRow {
  return {
    partition: 3,
    position,
    order: (2n ** 63n) | position,
    deleted: false,
    eventTimeUs: startUs,
    availableTimeUs: startUs + 5n,
    keys: [position % 3n],
    features: [position, ["a", ""], [0.5, -1], startUs],
    ...given,
  };
}

/** Merging segments: every row of theirs, once. */
export function merges(factory: OfflineEngineFactory): void {
  describe("mergeSegments()", () => {
    const place = useOfflineEngine(factory);

    it("keeps every row, with NULL for features that are younger than its segment, and says what it wrote", async () => {
      const old = { ...all, features: all.features.slice(0, 1) };
      const segments = [
        await written(place, all, [row(5n), row(2n, { eventTimeUs: startUs - 9n })]),
        await written(place, old, [row(1n, { features: [1n] }), row(3n, { features: [null] })]),
        await written(place, all, [
          row(4n, { deleted: true, features: [null, null, null, null], eventTimeUs: startUs + 7n }),
        ]),
      ];
      const path = place.path("merged.parquet");
      const merged = await place.engine.mergeSegments(path, { ...all, segments }, neverAborted);
      expect(merged).toMatchObject({
        rows: 5,
        duplicates: 0,
        eventTimeMinUs: startUs - 9n,
        eventTimeMaxUs: startUs + 7n,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      const rows = await readAll(place, [path]);
      expect(rows).toEqual(await readAll(place, segments));
      expect(rows.map(({ values }) => values)).toContainEqual([1n, null, null, null]);
    });

    it("sorts by keys, event time and order, whatever came first", async () => {
      const rows = [row(1n), row(2n), row(3n, { eventTimeUs: startUs - 1n }), row(6n), row(4n)];
      const segments = [
        await written(place, all, rows.slice(0, 2)),
        await written(place, all, rows.slice(2)),
      ];
      const path = place.path("merged.parquet");
      await place.engine.mergeSegments(path, { ...all, segments }, neverAborted);
      const counts = (await readInOrder(place, [path])).map(({ values }) => values[0]);
      expect(counts).toEqual([3n, 6n, 1n, 4n, 2n]);
    });

    it("drops copies of one position alone, and keeps the one that has a stamp", async () => {
      const segments = [
        await written(place, all, [row(1n, { availableTimeUs: undefined }), row(2n)]),
        await written(place, all, [row(1n), row(2n, { partition: 4 })]),
        await written(place, all, [row(1n)]),
      ];
      const path = place.path("merged.parquet");
      const merged = await place.engine.mergeSegments(path, { ...all, segments }, neverAborted);
      expect(merged).toMatchObject({ rows: 3, duplicates: 2 });
      expect((await readAll(place, [path])).length).toBe(3);
    });

    it("keeps what random segments hold", async () => {
      const any = fc.record({
        key: fc.bigInt(0n, 3n),
        atUs: fc.bigInt(-3n, 3n),
        count: fc.option(fc.bigInt(0n, 9n)),
        tags: fc.option(fc.array(fc.string(), { maxLength: 3 })),
      });
      const segmentsOf = fc.array(fc.array(any, { minLength: 1, maxLength: 20 }), {
        minLength: 1,
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(segmentsOf, async (given) => {
          let position = 0n;
          const segments: string[] = [];
          for (const rows of given) {
            const history = rows.map(({ key, atUs, count, tags }) =>
              row(++position, {
                keys: [key],
                eventTimeUs: startUs + atUs,
                features: [count, tags, null, null],
              }),
            );
            segments.push(await written(place, all, history));
          }
          const path = place.path("merged.parquet");
          await place.engine.mergeSegments(path, { ...all, segments }, neverAborted);
          expect(await readAll(place, [path])).toEqual(await readAll(place, segments));
        }),
        { numRuns: runs(5) },
      );
    });

    it("refuses a segment that is not there, or damaged, and leaves no file", async () => {
      const whole = await written(place, all, [row(1n)]);
      const damaged = place.path("damaged.parquet");
      // The columns, not the footer: its schema can still be read.
      await writeFile(damaged, (await readFile(whole)).fill(0xff, 4, 60));
      for (const [segment, kind] of [
        [place.path("missing.parquet"), "FILE_NOT_FOUND"],
        [damaged, "DATA_LOSS"],
      ] as const) {
        const path = place.path("refused.parquet");
        const merge = place.engine.mergeSegments(path, { ...all, segments: [whole, segment] }, neverAborted);
        await expect(merge).rejects.toMatchObject({ kind });
        const files = await readdir(dirname(path));
        expect(files.filter((name) => name.startsWith(basename(path)))).toEqual([]);
      }
    });
  });
}

async function written(
  place: OfflinePlace,
  history: ViewHistory,
  rows: readonly HistoryRow[],
): Promise<string> {
  const path = place.path("segment.parquet");
  await place.engine.writeSegment(path, history, rows);
  return path;
}

interface ReadRow {
  readonly key: string;
  readonly header: ReturnType<typeof readHeader>;
  readonly values: FeatureValue[];
}

async function readInOrder(place: OfflinePlace, segments: readonly string[]): Promise<ReadRow[]> {
  const rows: ReadRow[] = [];
  const batches: AsyncIterable<EncodedRows> = place.engine.scanSegments({ ...all, segments }, neverAborted);
  for await (const { entityKeys, rows: encoded } of batches)
    encoded.forEach((bytes, i) =>
      rows.push({
        key: Buffer.from(entityKeys[i]!).toString("hex"),
        header: readHeader(bytes),
        values: codec.decode(payloadOf(bytes)),
      }),
    );
  return rows;
}

async function readAll(place: OfflinePlace, segments: readonly string[]): Promise<ReadRow[]> {
  const rows = await readInOrder(place, segments);
  const sortKey = ({ key, header }: ReadRow) => `${key}/${header.eventTimeUs}/${header.order}`;
  return rows.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}
