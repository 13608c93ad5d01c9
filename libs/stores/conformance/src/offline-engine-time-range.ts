import { writeFile } from "node:fs/promises";
import type { FeatureType } from "@timewell/row";
import type { HistoryRow, OfflineSource, ViewHistory } from "@timewell/store-ports";
import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import {
  neverAborted,
  useOfflineEngine,
  type OfflineEngineFactory,
  type OfflinePlace,
} from "./offline-engine-place.ts";
import { writeArrowLabels } from "./offline-labels.ts";
import { columnValues, readTraining, trainingPlan } from "./offline-training.ts";

const startUs = 1_700_000_000_000_000n;
/** What a file calls infinity. */
const infinityUs = 2n ** 63n - 1n;

/** Nothing but the times that every reader shares comes in: 0001-01-01 … 9999-12-31. */
export function timeRange(factory: OfflineEngineFactory): void {
  describe("the range of times (semantics 1)", () => {
    const place = useOfflineEngine(factory);

    it.each([
      ["event time", "happened", "10000-01-01 00:00:00Z", "2020-01-01", "253402300800000000 µs"],
      ["event time", "happened", "0001-12-31 (BC) 23:59:59Z", "2020-01-01", "-62135596801000000 µs"],
      ["event time", "happened", "infinity", "2020-01-01", "NULL or infinite"],
      ["event time", "happened", "-infinity", "2020-01-01", "NULL or infinite"],
      ["created time", "made", "2020-01-01", "10000-01-01 00:00:00Z", "253402300800000000 µs"],
      ["created time", "made", "2020-01-01", "infinity", "NULL or infinite"],
    ])(
      "scanSource() names the row whose %s in %s is not in it",
      async (what, column, happened, made, got) => {
        const path = place.path("source.csv");
        const lines = ["happened,made,value", "2020-01-01,2020-01-01,1", `${happened},${made},2`, ""];
        await writeFile(path, lines.join("\n"));
        const source = sourceOf("csv", path, { createdTimeColumn: "made" });
        await expect(scan(place, historyOf("INT32", source))).rejects.toMatchObject({
          kind: "SOURCE_MISMATCH",
          field: column,
          message: expect.stringContaining(
            `row 2 of ${path}, after 1 rows that were read: ${what} column ${column} is ${got}`,
          ),
        });
      },
    );

    it.each<[FeatureType, unknown]>([
      ["TIMESTAMP", timeMaxUs + 1n],
      ["TIMESTAMP", infinityUs],
      ["TIMESTAMP_LIST", [0n, timeMinUs - 1n]],
    ])("scanSource() and trainingSet() refuse a %s feature of %s", async (type, value) => {
      const source = await parquetSource(place, type, value);
      const history = historyOf(type, source);
      await expect(scan(place, history)).rejects.toMatchObject({
        kind: "SOURCE_MISMATCH",
        field: "value",
        message: expect.stringMatching(
          /row 2 of .*: feature value is -?\d+ µs, expected a time of 0001-01-01/,
        ),
      });
      await expect(train(place, history, timeMaxUs)).rejects.toMatchObject({ kind: "SOURCE_MISMATCH" });
    });

    it("scanSource() and trainingSet() take the ends of it", async () => {
      for (const [type, value] of [
        ["TIMESTAMP", timeMinUs],
        ["TIMESTAMP_LIST", [timeMinUs, timeMaxUs]],
        ["TIMESTAMP_LIST", []],
      ] as const) {
        const history = historyOf(type, await parquetSource(place, type, value));
        expect(await scan(place, history)).toBe(2);
        expect((await train(place, history, timeMaxUs)).summary.statusCounts[0]?.present).toBe(1);
      }
    });

    it("trainingSet() leaves source rows out whose event time is not in it", async () => {
      const path = place.path("source.csv");
      await writeFile(path, "happened,value\n0001-12-31 (BC) 23:59:59Z,1\ninfinity,2\n-infinity,3\n");
      const { table } = await train(place, historyOf("INT32", sourceOf("csv", path, {})), timeMaxUs);
      expect(columnValues(table, "v__status")).toEqual(["NOT_FOUND"]);
    });

    it.each([timeMinUs - 1n, timeMaxUs + 1n, infinityUs, -infinityUs])(
      "trainingSet() refuses a label at %s and names its row",
      async (atUs) => {
        const labels = await writeArrowLabels(place.path("labels.arrow"), [
          { key: 1n, atUs: startUs },
          { key: 1n, atUs },
        ]);
        const plan = trainingPlan({ labels, views: [] });
        await expect(readTraining(place.engine, plan)).rejects.toMatchObject({
          kind: "INVALID_LABELS",
          field: "at",
          message: expect.stringMatching(/row 2 has .* as its event time at, expected a time of 0001-01-01/),
        });
      },
    );
  });
}

function historyOf(type: FeatureType, source: OfflineSource): ViewHistory {
  const features = [{ name: "value", type, dimension: 0, number: 1 }];
  return { viewId: 1, keys: [], features, source, segments: [], tail: [] };
}

function sourceOf(
  format: "parquet" | "csv",
  path: string,
  { createdTimeColumn, eventTimeColumn = "happened" }: Partial<OfflineSource>,
): OfflineSource {
  const columns = new Map<string, string>();
  return {
    format,
    paths: [path],
    eventTimeColumn,
    createdTimeColumn,
    availabilityDelayUs: undefined,
    columns,
  };
}

/** A file of two rows, the second with the value. */
async function parquetSource(place: OfflinePlace, type: FeatureType, value: unknown): Promise<OfflineSource> {
  const path = place.path("source.parquet");
  const source = sourceOf("parquet", path, { eventTimeColumn: "__event_time" });
  const row = (position: bigint, feature: unknown): HistoryRow => ({
    partition: 0,
    position,
    order: (2n ** 63n) | position,
    deleted: false,
    eventTimeUs: startUs + position,
    availableTimeUs: startUs + position,
    keys: [],
    features: [feature as HistoryRow["features"][number]],
  });
  await place.engine.writeSegment(path, historyOf(type, source), [row(1n, null), row(2n, value)]);
  return source;
}

async function scan(place: OfflinePlace, history: ViewHistory): Promise<number> {
  const range = { fromUs: 0n, toUs: startUs + 1_000_000n, createdFromUs: undefined, run: 1n };
  let rows = 0;
  for await (const batch of place.engine.scanSource({ history, ...range }, neverAborted))
    rows += batch.rows.length;
  return rows;
}

async function train(place: OfflinePlace, history: ViewHistory, atUs: bigint) {
  const labels = await writeArrowLabels(place.path("labels.arrow"), [{ key: 1n, atUs }]);
  const view = {
    name: "v",
    history,
    labelColumns: [],
    ttlUs: 0n,
    forgetAfterUs: 0n,
    mode: "EVENT_TIME",
  } as const;
  return readTraining(place.engine, trainingPlan({ labels, views: [view] }));
}
