import { writeFile } from "node:fs/promises";
import { naiveAsOf } from "@timewell/point-in-time";
import type { HistoryRow, TrainingPart, TrainingPlan, ViewHistory } from "@timewell/store-ports";
import { Int64, Table, tableFromIPC, tableToIPC, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { neverAborted, useOfflineEngine, type OfflineEngineFactory } from "./offline-engine-place.ts";
import { instants, writeArrowLabels } from "./offline-labels.ts";
import { columnValues, readTraining, trainingPlan } from "./offline-training.ts";
import { runs } from "./runs.ts";

const startUs = 1_700_000_000_000_000n;

/** Three rows of each of four keys, a second apart, every other value NULL. */
const rows: readonly HistoryRow[] = Array.from({ length: 12 }, (_, i) => ({
  partition: 0,
  position: BigInt(i + 1),
  order: 2n ** 63n + BigInt(i + 1),
  deleted: i === 7,
  eventTimeUs: startUs + BigInt(i) * 250_000n,
  availableTimeUs: undefined,
  keys: [BigInt(i % 4)],
  features: i === 7 ? [null, null] : [i % 2 === 0 ? BigInt(i) : null, [i, i + 0.5]],
}));

const history: ViewHistory = {
  viewId: 1,
  keys: [{ name: "key", type: "INT64" }],
  features: [
    { name: "value", type: "INT64", dimension: 0, number: 1 },
    { name: "pair", type: "FLOAT_VECTOR", dimension: 2, number: 2 },
  ],
  source: undefined,
  segments: [],
  tail: rows,
};

const view = {
  name: "v",
  history,
  labelColumns: ["key"],
  ttlUs: 600_000n,
  forgetAfterUs: 1_500_000n,
  mode: "EVENT_TIME",
} as const;

const given = fc.array(
  fc.record({
    key: fc.option(fc.bigInt({ min: 0n, max: 5n }), { freq: 6 }),
    atUs: fc.integer({ min: -1, max: 14 }).map((step) => startUs + BigInt(step) * 250_000n),
  }),
  { maxLength: 40 },
);

/** Parts of training sets, and what they may be asked for. */
export function trainingParts(factory: OfflineEngineFactory): void {
  describe("parts of training sets", () => {
    const place = useOfflineEngine(factory);

    async function parts(plan: TrainingPlan): Promise<TrainingPart[]> {
      const all: TrainingPart[] = [];
      for await (const part of place.engine.trainingSet(plan, neverAborted)) all.push(part);
      return all;
    }
    const batchesOf = (all: readonly TrainingPart[]) => all.filter((part) => part.kind === "batch");
    const rangeOf = (all: readonly TrainingPart[]) => all.find((part) => part.kind === "schema")!.range;

    it("trainingSet() from a later row gives the same bytes and counts as the whole from there on", async () => {
      await fc.assert(
        fc.asyncProperty(
          given,
          fc.constantFrom("labels", "event-time"),
          fc.nat(),
          async (labelRows, order, at) => {
            const labels = await writeArrowLabels(place.path("labels.arrow"), labelRows);
            const plan = { ...trainingPlan({ labels, views: [view] }), order, batchRows: 6 };
            const whole = batchesOf(await parts(plan));
            const from = at % (whole.length + 1);
            const nextOrdinal = Math.min(from * 6, labelRows.length);
            const rest = await parts({ ...plan, rows: { shard: { index: 0, count: 1 }, nextOrdinal } });
            expect(rangeOf(rest)).toMatchObject({ labelRows: labelRows.length, nextOrdinal });
            expect(batchesOf(rest)).toEqual(whole.slice(from));
          },
        ),
        { numRuns: runs(12) },
      );
    });

    it("trainingSet() gives many labels the rows that a few get, in both orders", async () => {
      await fc.assert(
        fc.asyncProperty(given, fc.constantFrom("labels", "event-time"), async (some, order) => {
          const labelRows = Array.from({ length: 4 }, () => some).flat();
          const labels = await writeArrowLabels(place.path("labels.arrow"), labelRows);
          const plan = { ...trainingPlan({ labels, views: [view] }), order } as const;
          const whole = await readTraining(place.engine, plan);
          const many = await readTraining(place.engine, { ...plan, batchRows: 1 });
          expect(many.batches).toHaveLength(labelRows.length);
          expect(many.summary).toEqual(whole.summary);
          const texts = ({ table }: typeof whole) =>
            table.schema.names.map((name) => columnValues(table, String(name)).map(String));
          expect(texts(many)).toEqual(texts(whole));
        }),
        { numRuns: runs(8) },
      );
    });

    it("trainingSet() in shards gives each row once, counted from the first row of the shard (semantics 7)", async () => {
      await fc.assert(
        fc.asyncProperty(given, fc.integer({ min: 1, max: 7 }), async (labelRows, count) => {
          const labels = await writeArrowLabels(place.path("labels.arrow"), labelRows);
          const plan = { ...trainingPlan({ labels, views: [view] }), batchRows: 6 };
          const whole = await readTraining(place.engine, plan);
          const ids: unknown[] = [];
          const values: unknown[] = [];
          for (let index = 0; index < count; index++) {
            const shard = await readTraining(place.engine, { ...plan, rows: { shard: { index, count } } });
            ids.push(...columnValues(shard.table, "label_id"));
            values.push(...columnValues(shard.table, "v__value"));
            expect(shard.batches.slice(0, -1).every((batch) => batch === 6)).toBe(true);
          }
          expect(ids).toEqual(columnValues(whole.table, "label_id"));
          expect(values).toEqual(columnValues(whole.table, "v__value"));
        }),
        { numRuns: runs(8) },
      );
    });

    it("trainingSet() refuses to go on where no batch begins", async () => {
      const labels = await writeArrowLabels(
        place.path("labels.arrow"),
        Array.from({ length: 20 }, () => ({ key: 1n, atUs: startUs })),
      );
      const plan = { ...trainingPlan({ labels, views: [view] }), batchRows: 6 };
      for (const [nextOrdinal, index] of [
        [5, 0],
        [21, 0],
        [0, 1],
      ] as const)
        await expect(
          readTraining(place.engine, { ...plan, rows: { shard: { index, count: 2 }, nextOrdinal } }),
        ).rejects.toMatchObject({ kind: "INVALID_REQUEST" });
    });

    it("trainingSet() orders by event time, looks at instants of each view, or at one for all, as the naive rule says (semantics 5)", async () => {
      const byKey = (key: bigint | null, atUs: bigint) => {
        const own = rows.filter((row) => row.keys[0] === key);
        const found = naiveAsOf(own, atUs, "EVENT_TIME");
        return found === undefined || found.deleted || atUs - found.eventTimeUs > view.ttlUs
          ? null
          : found.features[0];
      };
      await fc.assert(
        fc.asyncProperty(given, fc.integer({ min: 0, max: 14 }), async (labelRows, step) => {
          const later = labelRows.map(({ atUs }) => atUs + 500_000n);
          const path = place.path("labels.arrow");
          const table = new Table({
            label_id: vectorFromArray(
              labelRows.map((_, i) => BigInt(i)),
              new Int64(),
            ),
            key: vectorFromArray(
              labelRows.map(({ key }) => key),
              new Int64(),
            ),
            at: instants(labelRows.map(({ atUs }) => atUs)),
            later: instants(later),
          });
          await writeFile(path, tableToIPC(table, "stream"));
          const labels = { format: "arrow", path, eventTimeColumn: "at" } as const;
          const views = [view, { ...view, name: "w", eventTimeColumn: "later" }];
          const ordered = await readTraining(place.engine, {
            ...trainingPlan({ labels, views }),
            order: "event-time",
          });
          const sorted = labelRows
            .map((label, i) => ({ ...label, i, later: later[i]! }))
            .sort((a, b) => Number(a.atUs - b.atUs) || a.i - b.i);
          expect(columnValues(ordered.table, "label_id")).toEqual(sorted.map(({ i }) => BigInt(i)));
          expect(columnValues(ordered.table, "v__value")).toEqual(
            sorted.map(({ key, atUs }) => byKey(key, atUs)),
          );
          expect(columnValues(ordered.table, "w__value")).toEqual(
            sorted.map((label) => byKey(label.key, label.later)),
          );
          const asOfUs = startUs + BigInt(step) * 250_000n;
          const untimed = { ...labels, eventTimeColumn: undefined };
          const plan = { ...trainingPlan({ labels: untimed, views: [view] }), asOfUs };
          const { table: once } = await readTraining(place.engine, plan);
          expect(columnValues(once, "v__value")).toEqual(labelRows.map(({ key }) => byKey(key, asOfUs)));
        }),
        { numRuns: runs(10) },
      );
    });

    it("trainingSet() returns the columns asked for, what is wanted besides, and no other", async () => {
      const labels = await writeArrowLabels(place.path("labels.arrow"), [
        { key: 2n, atUs: startUs + 500_000n },
      ]);
      const plan = trainingPlan({ labels, views: [view] });
      const output = ["v__status", "at", "v__value"];
      const { table } = await readTraining(place.engine, { ...plan, output, besides: ["key", "no_column"] });
      expect(table.schema.names).toEqual([...output, "key"]);
      expect(columnValues(table, "v__value")).toEqual([2n]);
      await expect(readTraining(place.engine, { ...plan, output: ["other"] })).rejects.toMatchObject({
        kind: "INVALID_REQUEST",
        message: expect.stringContaining("the columns are label_id, key, at, v__value, v__pair, v__status"),
      });
      await expect(readTraining(place.engine, { ...plan, reserved: ["key"] })).rejects.toMatchObject({
        kind: "INVALID_LABELS",
      });
    });

    it("trainingSet() counts statuses and NULLs batch by batch", async () => {
      const labelRows = Array.from({ length: 30 }, (_, i) => ({
        key: BigInt(i % 5),
        atUs: startUs + BigInt(i) * 125_000n,
      }));
      const labels = await writeArrowLabels(place.path("labels.arrow"), labelRows);
      const all = await parts({ ...trainingPlan({ labels, views: [view] }), batchRows: 7 });
      const schema = all.find((part) => part.kind === "schema")!;
      for (const batch of batchesOf(all)) {
        const table = tableFromIPC([schema.bytes, batch.bytes]);
        const statuses = columnValues(table, "v__status");
        const countOf = (status: string) => statuses.filter((found) => found === status).length;
        expect(batch.counts.statuses).toEqual([
          { present: countOf("PRESENT"), expired: countOf("EXPIRED"), notFound: countOf("NOT_FOUND") },
        ]);
        expect(batch.counts.nulls).toEqual(
          ["v__value", "v__pair"].map(
            (name) => columnValues(table, name).filter((value) => value === null).length,
          ),
        );
      }
      const [total] = all.flatMap((part) => (part.kind === "summary" ? [part.summary] : []));
      expect(total!.statusCounts[0]!.expired).toBeGreaterThan(0);
    });
  });
}
