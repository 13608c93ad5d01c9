import type { HistoryRow, TrainingPlan, ViewHistory } from "@timewell/store-ports";
import { describe, expect, it } from "vitest";
import { neverAborted, useOfflineEngine, type OfflineEngineFactory } from "./offline-engine-place.ts";
import { writeArrowLabels } from "./offline-labels.ts";
import { trainingPlan } from "./offline-training.ts";

const startUs = 1_700_000_000_000_000n;
const stepUs = 1_000n;

const row: HistoryRow = {
  partition: 0,
  position: 1n,
  order: 2n ** 63n + 1n,
  deleted: false,
  eventTimeUs: startUs,
  availableTimeUs: startUs,
  keys: [1n],
  features: [7n],
};

const history: ViewHistory = {
  viewId: 1,
  keys: [{ name: "key", type: "INT64" }],
  features: [{ name: "value", type: "INT64", dimension: 0, number: 1 }],
  source: undefined,
  segments: [],
  tail: [row],
};

const view = {
  name: "v",
  history,
  labelColumns: ["key"],
  ttlUs: 0n,
  forgetAfterUs: 0n,
  mode: "AVAILABLE",
} as const;

/** Outages at steps 10 to 19, 30, and from 139,990 on. */
const gaps = [
  { fromUs: startUs + 10n * stepUs, toUs: startUs + 19n * stepUs },
  { fromUs: startUs + 30n * stepUs, toUs: startUs + 30n * stepUs },
  { fromUs: startUs + 139_990n * stepUs, toUs: startUs + 200_000n * stepUs },
];

/** What is counted of known outages. */
export function rowsInGaps(factory: OfflineEngineFactory): void {
  describe("rows in outages", () => {
    const place = useOfflineEngine(factory);

    /** Counts of each batch, for labels that are a step apart. */
    async function counts(count: number, plan: Partial<TrainingPlan> = {}): Promise<number[]> {
      const given = Array.from({ length: count }, (_, i) => ({
        key: 1n,
        atUs: startUs + BigInt(i) * stepUs,
      }));
      const labels = await writeArrowLabels(place.path(`gaps-${count}.arrow`), given);
      const full = { ...trainingPlan({ labels, views: [view] }), gaps, ...plan };
      const found: number[] = [];
      for await (const part of place.engine.trainingSet(full, neverAborted))
        if (part.kind === "batch") found.push(part.counts.rowsInGaps);
      return found;
    }

    it("trainingSet() counts the rows of each batch whose instant lies in one, both ends included (semantics 6)", async () => {
      expect(await counts(140_000)).toEqual([11, 0, 10]);
      expect(await counts(12)).toEqual([2]);
    });

    it("trainingSet() counts them in shards and after a resume as in the whole", async () => {
      const rows = (selection: TrainingPlan["rows"]) => counts(140_000, { rows: selection });
      expect(await rows({ shard: { index: 1, count: 2 } })).toEqual([0, 10]);
      expect(await rows({ shard: { index: 0, count: 1 }, nextOrdinal: 65_536 })).toEqual([0, 10]);
    });

    it("trainingSet() counts none in mode EVENT_TIME, for views without log rows, and outside of them all", async () => {
      expect(await counts(140, { views: [{ ...view, mode: "EVENT_TIME" }] })).toEqual([0]);
      expect(await counts(140, { views: [{ ...view, history: { ...history, tail: [] } }] })).toEqual([0]);
      expect(await counts(9)).toEqual([0]);
    });
  });
}
