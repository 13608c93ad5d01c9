import { writeFile } from "node:fs/promises";
import {
  Dictionary,
  Field,
  Int32,
  Int64,
  List,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import type { HistoryRow, ViewHistory } from "@timewell/store-ports";
import { describe, expect, it } from "vitest";
import { useOfflineEngine, type OfflineEngineFactory } from "./offline-engine-place.ts";
import { instants, isoTime, writeArrowLabels } from "./offline-labels.ts";
import { columnTexts, columnValues, readTraining, trainingPlan } from "./offline-training.ts";

const startUs = 1_700_000_000_000_000n;

/** A view with one log row: key 1, value 7, from the start on. */
const history: ViewHistory = {
  viewId: 1,
  keys: [{ name: "key", type: "INT64" }],
  features: [{ name: "value", type: "INT64", dimension: 0, number: 1 }],
  source: undefined,
  segments: [],
  tail: [logRow([1n], [7n])],
};

function logRow(keys: HistoryRow["keys"], features: HistoryRow["features"]): HistoryRow {
  return {
    partition: 0,
    position: 1n,
    order: 2n ** 63n + 1n,
    deleted: false,
    eventTimeUs: startUs,
    availableTimeUs: startUs,
    keys,
    features,
  };
}

const view = {
  name: "v",
  history,
  labelColumns: ["key"],
  ttlUs: 0n,
  forgetAfterUs: 0n,
  mode: "EVENT_TIME",
} as const;

/** What happens to label rows. */
export function labelRows(factory: OfflineEngineFactory): void {
  describe("label rows", () => {
    const place = useOfflineEngine(factory);

    it("trainingSet() returns every label once, in input order, in batches of exactly 65,536 rows (semantics 7)", async () => {
      const given = Array.from({ length: 140_000 }, (_, i) => ({ key: BigInt((i * 7) % 3), atUs: startUs }));
      const labels = await writeArrowLabels(place.path("labels.arrow"), given);
      const result = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      expect(result.batches).toEqual([65_536, 65_536, 8_928]);
      const ids = result.table.getChild("label_id")!;
      const values = result.table.getChild("v__value")!;
      const wrong = given.findIndex(
        ({ key }, i) => ids.get(i) !== BigInt(i) || values.get(i) !== (key === 1n ? 7n : null),
      );
      expect(wrong).toBe(-1);
      const present = given.filter(({ key }) => key === 1n).length;
      expect(result.summary).toMatchObject({
        rows: 140_000,
        statusCounts: [{ present, expired: 0, notFound: 140_000 - present }],
        warnings: [],
      });
    });

    it("trainingSet() returns a schema and a summary for no labels", async () => {
      const labels = await writeArrowLabels(place.path("labels.arrow"), []);
      const result = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      expect(result.batches).toEqual([]);
      expect(result.table.schema.names).toEqual(["label_id", "key", "at", "v__value", "v__status"]);
      expect(result.summary.rows).toBe(0);
    });

    it("trainingSet() answers NOT_FOUND for a NULL key and for a key that cannot be of the type", async () => {
      const wide: ViewHistory = { ...history, keys: [{ name: "key", type: "INT32" }] };
      const given = [1n, null, 2n ** 40n].map((key) => ({ key, atUs: startUs }));
      const labels = await writeArrowLabels(place.path("labels.arrow"), given);
      const plan = trainingPlan({ labels, views: [{ ...view, history: wide }] });
      const { table } = await readTraining(place.engine, plan);
      expect(columnValues(table, "v__status")).toEqual(["PRESENT", "NOT_FOUND", "NOT_FOUND"]);
      expect(columnValues(table, "key")).toEqual([1n, null, 2n ** 40n]);
    });

    it("trainingSet() reads naive label times as UTC and warns (semantics 7)", async () => {
      const path = place.path("labels.csv");
      const naive = isoTime(startUs).replace("Z", "");
      await writeFile(path, `key,at\n1,${naive}\n`);
      const labels = { format: "csv", path, eventTimeColumn: "at" } as const;
      const { table, summary } = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      expect(columnValues(table, "v__value")).toEqual([7n]);
      expect(summary.warnings).toEqual([expect.stringContaining("have no time zone and were read as UTC")]);
    });

    it("trainingSet() keeps CSV labels of a STRING key as text", async () => {
      const text: ViewHistory = {
        ...history,
        keys: [{ name: "key", type: "STRING" }],
        tail: [logRow(["007"], [7n])],
      };
      const path = place.path("labels.csv");
      await writeFile(path, `key,at\n007,${isoTime(startUs)}\n7,${isoTime(startUs)}\n`);
      const labels = { format: "csv", path, eventTimeColumn: "at" } as const;
      const { table } = await readTraining(
        place.engine,
        trainingPlan({ labels, views: [{ ...view, history: text }] }),
      );
      expect(columnValues(table, "v__value")).toEqual([7n, null]);
    });

    it("trainingSet() gives label texts back byte for byte, in lists and dictionaries too (semantics 7)", async () => {
      const texts = ["\ufeffmarked", "", "ü 漢", null, "\ufeff", "plain"];
      const table = new Table({
        key: vectorFromArray(
          texts.map(() => 1n),
          new Int64(),
        ),
        at: instants(texts.map(() => startUs)),
        text: vectorFromArray(texts, new Utf8()),
        coded: vectorFromArray(texts, new Dictionary(new Utf8(), new Int32())),
        list: vectorFromArray(
          texts.map((_, i) => (i === 1 ? null : texts.slice(i))),
          new List(new Field("item", new Utf8(), true)),
        ),
      });
      const path = place.path("labels.arrow");
      await writeFile(path, tableToIPC(table, "stream"));
      const labels = { format: "arrow", path, eventTimeColumn: "at" } as const;
      const result = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      expect(columnTexts(result.table, "text")).toEqual(texts);
      expect(columnTexts(result.table, "coded")).toEqual(texts);
      expect(columnTexts(result.table, "list")).toEqual(
        texts.flatMap((_, i) => (i === 1 ? [] : texts.slice(i))),
      );
    });

    it("trainingSet() joins a view without keys", async () => {
      const global: ViewHistory = { ...history, keys: [], tail: [logRow([], [7n])] };
      const given = [startUs - 1n, startUs].map((atUs) => ({ key: 1n, atUs }));
      const labels = await writeArrowLabels(place.path("labels.arrow"), given);
      for (const mode of ["EVENT_TIME", "AVAILABLE"] as const) {
        const plan = trainingPlan({ labels, views: [{ ...view, history: global, labelColumns: [], mode }] });
        expect(columnValues((await readTraining(place.engine, plan)).table, "v__value")).toEqual([null, 7n]);
      }
    });

    it("trainingSet() puts the columns of several views and aliases in the order asked for (semantics 7)", async () => {
      const labels = await writeArrowLabels(place.path("labels.arrow"), [{ key: 1n, atUs: startUs }]);
      const views = [view, { ...view, name: "w" }];
      const plan = { ...trainingPlan({ labels, views }), columns: ["w__value", "v__value"] };
      const { table } = await readTraining(place.engine, plan);
      expect(table.schema.names.slice(3)).toEqual(["w__value", "v__value", "v__status", "w__status"]);
      expect(columnValues(table, "w__value")).toEqual([7n]);
    });
  });

  refusedLabels(factory);
}

function refusedLabels(factory: OfflineEngineFactory): void {
  describe("refused labels", () => {
    const place = useOfflineEngine(factory);
    const cases = [
      ["a NULL event time, naming the row", "key,at\n1,2024-01-01T00:00:00Z\n2,\n", /row 2 has NULL/],
      ["an integer event time", "key,at\n1,1700000000\n", /column at has type BIGINT, expected a timestamp/],
      ["an absent event time column", "key,when\n1,2024-01-01\n", /column at is absent/],
      ["an absent key column", "user,at\n1,2024-01-01\n", /column key is absent/],
      [
        "a key column of another type",
        "key,at\nx,2024-01-01\n",
        /column key has type VARCHAR, expected INT64/,
      ],
      [
        "a label column named like a result",
        "key,at,v__value\n1,2024-01-01,3\n",
        /v__value is also a column/,
      ],
    ] as const;
    it.each(cases)("trainingSet() refuses %s", async (_what, text, message) => {
      const path = place.path("labels.csv");
      await writeFile(path, text);
      const labels = { format: "csv", path, eventTimeColumn: "at" } as const;
      const made = readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      await expect(made).rejects.toMatchObject({
        kind: "INVALID_LABELS",
        message: expect.stringMatching(message),
      });
    });

    it("trainingSet() fails with FILE_NOT_FOUND for labels that are not there", async () => {
      const labels = { format: "parquet", path: place.path("none.parquet"), eventTimeColumn: "at" } as const;
      const made = readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      await expect(made).rejects.toMatchObject({ kind: "FILE_NOT_FOUND" });
    });

    it("trainingSet() fails with DATA_LOSS, naming the file, for Arrow labels that are cut off", async () => {
      const table = new Table({
        key: vectorFromArray(
          Array.from({ length: 1000 }, (_, i) => BigInt(i)),
          new Int64(),
        ),
        at: instants(Array.from({ length: 1000 }, () => startUs)),
      });
      const path = place.path("cut.arrow");
      const bytes = tableToIPC(table, "stream");
      await writeFile(path, bytes.subarray(0, bytes.length / 2));
      const labels = { format: "arrow", path, eventTimeColumn: "at" } as const;
      const made = readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      await expect(made).rejects.toMatchObject({ kind: "DATA_LOSS", message: expect.stringContaining(path) });
    });

    it("trainingSet() takes hostile label column names as they are", async () => {
      const names = ['a"; DROP TABLE labels; --', "select", "o", "c0", "'", "$1", "ü 漢"];
      const path = place.path("labels.csv");
      const header = names.map((name) => `"${name.replaceAll('"', '""')}"`);
      await writeFile(
        path,
        `key,at,${header.join(",")}\n1,${isoTime(startUs)},${names.map((_, i) => i).join(",")}\n`,
      );
      const labels = { format: "csv", path, eventTimeColumn: "at" } as const;
      const { table } = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      expect(names.map((name) => Number(columnValues(table, name)[0]))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    });
  });
}
