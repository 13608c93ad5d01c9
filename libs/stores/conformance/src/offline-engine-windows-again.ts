import { orderOfLog } from "@timewell/row";
import type {
  HistoryMode,
  HistoryRow,
  TrainingPlan,
  TrainingView,
  ViewHistory,
  WindowedFeature,
} from "@timewell/store-ports";
import { describe, expect, it } from "vitest";
import { neverAborted, useOfflineEngine, type OfflineEngineFactory } from "./offline-engine-place.ts";
import { writeArrowLabels } from "./offline-labels.ts";
import { columnValues, readTraining, trainingPlan } from "./offline-training.ts";

const startUs = 1_700_000_000_000_000n;
const hourUs = 3_600_000_000n;

const fields = [
  { name: "amount", type: "DOUBLE", dimension: 0, number: 1 },
  { name: "shop", type: "STRING", dimension: 0, number: 2 },
] as const;

function feature(name: string, init: Partial<WindowedFeature>): WindowedFeature {
  const own = { name, type: "DOUBLE", dimension: 0, number: 1 } as const;
  const hour = { function: "SUM", input: 0, windowUs: hourUs, hopUs: hourUs / 60n } as const;
  return { ...own, ...hour, filter: "", n: 0, ...init };
}

const features = [
  feature("sum_1h", {}),
  feature("mean", { function: "MEAN", windowUs: 0n, hopUs: 0n, filter: 'shop != "b"' }),
  feature("spread_1d", { function: "STDDEV", windowUs: 24n * hourUs, hopUs: hourUs }),
  feature("events_1h", { function: "COUNT", input: undefined, type: "INT64" }),
  feature("shops", { function: "LAST_N", input: 1, n: 3, type: "STRING_LIST" }),
];

/** Doubles whose sums depend on the order of the additions. */
const amount = (i: number) => Math.sin(i) * 10 ** (i % 17) + 0.1;

const rows: readonly HistoryRow[] = Array.from({ length: 4_000 }, (_, i) => ({
  partition: 0,
  position: BigInt(i + 1),
  order: orderOfLog(BigInt(i + 1)),
  deleted: false,
  eventTimeUs: startUs + BigInt((i * 7_919) % 86_400) * 1_000_000n,
  availableTimeUs: startUs + BigInt((i * 7_919) % 86_400) * 1_000_000n + BigInt(i % 5) * 60_000_000n,
  keys: [BigInt(i % 7)],
  features: [amount(i), ["a", "b", "c"][i % 3]!],
}));

const labelRows = Array.from({ length: 512 }, (_, i) => ({
  key: BigInt(i % 8),
  atUs: startUs + BigInt((i * 104_729) % 90_000) * 1_000_000n,
}));

/** Windows beside other columns, and made again. */
export function windowsAgain(factory: OfflineEngineFactory): void {
  describe("windows, made again", () => {
    const place = useOfflineEngine(factory);

    async function historyOf(): Promise<ViewHistory> {
      const empty = {
        viewId: 1,
        keys: [{ name: "key", type: "INT64" }],
        features: fields,
        source: undefined,
        tail: [],
      } as const;
      const segments = [place.path("one.parquet"), place.path("two.parquet")];
      await place.engine.writeSegment(segments[0]!, { ...empty, segments: [] }, rows.slice(0, 1_500));
      await place.engine.writeSegment(segments[1]!, { ...empty, segments: [] }, rows.slice(1_500, 3_500));
      return { ...empty, segments, tail: rows.slice(3_500) };
    }

    async function viewOf(mode: HistoryMode): Promise<TrainingView> {
      const windows = { features, eventId: undefined, cutOverUs: undefined };
      const history = await historyOf();
      return { name: "v", history, windows, labelColumns: ["key"], ttlUs: 0n, forgetAfterUs: 0n, mode };
    }

    async function batches(plan: TrainingPlan): Promise<string[]> {
      const all: string[] = [];
      for await (const part of place.engine.trainingSet(plan, neverAborted))
        if (part.kind === "batch") all.push(Buffer.from(part.bytes).toString("hex"));
      return all;
    }

    for (const mode of ["EVENT_TIME", "AVAILABLE"] as const) {
      it(`trainingSet() makes windows in the same bytes each time and in every shard, ${mode} (semantics 11, 16)`, async () => {
        const labels = await writeArrowLabels(place.path("labels.arrow"), labelRows);
        const plan = { ...trainingPlan({ labels, views: [await viewOf(mode)] }), batchRows: 64 };
        const whole = await batches(plan);
        expect(whole).toHaveLength(8);
        expect(await batches(plan)).toEqual(whole);
        const shards = [0, 1].map((index) => batches({ ...plan, rows: { shard: { index, count: 2 } } }));
        expect((await Promise.all(shards)).flat()).toEqual(whole);
      });
    }

    it("trainingSet() returns windows beside the rows of other views, each at its own instant, and for a view without keys", async () => {
      const labels = await writeArrowLabels(place.path("labels.arrow"), labelRows.slice(0, 20));
      const windowed = await viewOf("EVENT_TIME");
      const { windows: _, ...plain } = windowed;
      const all = {
        ...windowed.history,
        keys: [],
        segments: [],
        tail: rows.map((row) => ({ ...row, keys: [] })),
      };
      const views = [
        { ...plain, name: "plain" },
        windowed,
        { ...windowed, name: "all", history: all, labelColumns: [] },
      ];
      const { table, summary } = await readTraining(place.engine, trainingPlan({ labels, views }));
      const counts = (key: bigint | undefined) =>
        labelRows.slice(0, 20).map(({ key: own, atUs }) => {
          const fromUs = atUs - (atUs % 60_000_000n) - hourUs;
          const isIn = (row: HistoryRow) => row.eventTimeUs >= fromUs && row.eventTimeUs <= atUs;
          return BigInt(rows.filter((row) => isIn(row) && (key !== undefined || row.keys[0] === own)).length);
        });
      expect(columnValues(table, "v__events_1h")).toEqual(counts(undefined));
      expect(columnValues(table, "all__events_1h")).toEqual(counts(0n));
      expect(summary.statusCounts[1]).toEqual({ present: 20, expired: 0, notFound: 0 });
      const shops = columnValues(table, "v__shops").map(
        (list) => [...(list as Iterable<string>)].at(0) ?? null,
      );
      expect(shops).toEqual(columnValues(table, "plain__shop"));
    });
  });
}
