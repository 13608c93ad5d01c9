import { writeFile } from "node:fs/promises";
import { compileRowCodec, payloadOf, type FeatureType } from "@timewell/row";
import type { HistoryRow, KeyColumn, ViewHistory } from "@timewell/store-ports";
import {
  Field,
  Float32,
  Float64,
  Int64,
  List,
  Table,
  tableToIPC,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, it } from "vitest";
import { neverAborted, useOfflineEngine, type OfflineEngineFactory } from "./offline-engine-place.ts";
import { instants } from "./offline-labels.ts";
import { readTraining, trainingPlan } from "./offline-training.ts";

const startUs = 1_700_000_000_000_000n;
/** Enough for an engine to compress. */
const rowCount = 3_000;
const types: readonly FeatureType[] = ["FLOAT", "DOUBLE", "FLOAT_LIST", "DOUBLE_LIST", "FLOAT_VECTOR"];

const history: ViewHistory = {
  viewId: 9,
  keys: [{ name: "key", type: "INT64" }],
  features: types.map((type, i) => ({
    name: `f_${type.toLowerCase()}`,
    type,
    dimension: type === "FLOAT_VECTOR" ? 2 : 0,
    number: i + 1,
  })),
  source: undefined,
  segments: [],
  tail: [],
};
const codec = compileRowCodec(history.features);

/** Zeros of which one in seven is negative. */
const zeroAt = (i: number): number => (i % 7 === 3 ? -0 : 0);

const rows: readonly HistoryRow[] = Array.from({ length: rowCount }, (_, i) => ({
  partition: 3,
  position: BigInt(i + 1),
  order: (2n ** 63n) | BigInt(i + 1),
  deleted: false,
  eventTimeUs: startUs,
  availableTimeUs: startUs,
  keys: [BigInt(i)],
  features: types.map((type) => (/LIST|VECTOR/.test(type) ? [0, zeroAt(i)] : zeroAt(i))),
}));
const expected = rows.map(({ features }) => Buffer.from(codec.encode(features)).toString("hex"));

/** The sign of a zero is kept wherever a value goes: DuckDB's dictionaries, constants, and aggregates over lists hold one zero only. */
export function zeros(factory: OfflineEngineFactory): void {
  describe("the sign of zero", () => {
    const place = useOfflineEngine(factory);

    it("is kept in segments, merged ones, and those without copies or an entity", async () => {
      const { engine } = place;
      const segment = place.path("segment.parquet");
      await engine.writeSegment(segment, history, rows);
      const merged = place.path("merged.parquet");
      const twice = place.path("twice.parquet");
      const without = place.path("without.parquet");
      const key: KeyColumn[] = [{ column: "key", type: "INT64", value: -1n }];
      await engine.mergeSegments(merged, { ...history, segments: [segment] }, neverAborted);
      await engine.mergeSegments(twice, { ...history, segments: [segment, merged] }, neverAborted);
      await engine.copySegmentWithout(segment, without, key);
      for (const path of [segment, merged, twice, without]) {
        const payloads: string[] = [];
        for await (const batch of engine.scanSegments({ ...history, segments: [path] }, neverAborted))
          payloads.push(...batch.rows.map((row) => Buffer.from(payloadOf(row)).toString("hex")));
        expect(payloads.sort(), path).toEqual([...expected].sort());
      }
    });

    it.each([1, 100])("is kept in training sets with %i labels, in their own lists too", async (count) => {
      const segment = place.path("segment.parquet");
      await place.engine.writeSegment(segment, history, rows);
      const path = place.path("labels.arrow");
      const ids = Array.from({ length: count }, (_, i) => i + 3);
      const list = new List(new Field("item", new Float32(), true));
      await writeFile(
        path,
        tableToIPC(
          new Table({
            key: vectorFromArray(ids.map(BigInt), new Int64()),
            at: instants(ids.map(() => startUs)),
            weight: vectorFromArray(ids.map(zeroAt), new Float64()),
            sizes: vectorFromArray(
              ids.map((id) => [0, zeroAt(id)]),
              list,
            ),
          }),
          "stream",
        ),
      );
      const parts = { positions: Array.from({ length: 64 }, () => BigInt(rowCount)) };
      const unavailable = [{ partition: 3, first: BigInt(rowCount), last: BigInt(rowCount) }];
      for (const from of [
        { segments: [segment] },
        { tail: rows },
        { laterSegments: { paths: [segment], ...parts, unavailable } },
      ]) {
        for (const mode of ["EVENT_TIME", "AVAILABLE"] as const) {
          const view = {
            name: "v",
            history: { ...history, ...from },
            labelColumns: [],
            ttlUs: 0n,
            forgetAfterUs: 0n,
            mode,
          };
          const labels = { format: "arrow", path, eventTimeColumn: "at" } as const;
          const { table } = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
          const values = (name: string) => [...table.getChild(name)!].map(plain);
          expect(values("weight")).toEqual(ids.map(zeroAt));
          expect(values("sizes")).toEqual(ids.map((id) => [0, zeroAt(id)]));
          for (const [f, feature] of history.features.entries())
            expect(values(`v__${feature.name}`), feature.name).toEqual(
              ids.map((id) => rows[id]!.features[f]),
            );
        }
      }
    });
  });
}

function plain(value: unknown): unknown {
  return typeof value === "object" && value !== null ? [...(value as Vector)] : value;
}
