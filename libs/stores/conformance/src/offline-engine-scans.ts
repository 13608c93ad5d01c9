import { writeFile } from "node:fs/promises";
import { encodeKey } from "@timewell/keys";
import { compileRowCodec, orderOfCreated, orderOfRun, payloadOf, readHeader } from "@timewell/row";
import type { EncodedRows, OfflineSource, SourceScan, ViewHistory } from "@timewell/store-ports";
import { describe, expect, it } from "vitest";
import {
  neverAborted,
  useOfflineEngine,
  type OfflineEngineFactory,
  type OfflinePlace,
} from "./offline-engine-place.ts";
import { isoTime } from "./offline-labels.ts";

const startUs = 1_700_000_000_000_000n;

const history: ViewHistory = {
  viewId: 1,
  keys: [{ name: "key", type: "INT64" }],
  features: [{ name: "value", type: "INT32", dimension: 0, number: 1 }],
  source: undefined,
  segments: [],
  tail: [],
};

const codec = compileRowCodec(history.features);

/** Scans of source files, as materialization does. */
export function scans(factory: OfflineEngineFactory): void {
  describe("source scans", () => {
    const place = useOfflineEngine(factory);

    it("scanSource() yields rows in (file, row) order with a running order and the delayed available time (semantics 6)", async () => {
      const source = await csvSource(place, ["2,20,5,\n1,10,4,", "1,,6,"], { delayUs: 3n });
      const { batches, rows } = await readScan(place, { ...scanOf(source), run: 9n });
      const delayed = (eventTimeUs: bigint, ordinal: number, key: bigint, value: number | null) => ({
        key: encodeKey(["INT64"], [key]),
        header: {
          deleted: false,
          eventTimeUs,
          order: orderOfRun(9n, ordinal),
          availableTimeUs: eventTimeUs + 3n,
        },
        values: [value],
      });
      expect(rows).toEqual([
        delayed(startUs + 5n, 0, 2n, 20),
        delayed(startUs + 4n, 1, 1n, 10),
        delayed(startUs + 6n, 2, 1n, null),
      ]);
      expect(batches.map(({ createdTimeMaxUs }) => createdTimeMaxUs)).toEqual(batches.map(() => undefined));
      expect(await place.engine.countSource(scanOf(source), neverAborted)).toBe(3);
    });

    it("scanSource() orders by created time, which is never available before the event time (semantics 6)", async () => {
      const source = await csvSource(place, ["1,1,5,2\n1,2,5,8"], { created: true });
      const { batches, rows } = await readScan(place, scanOf(source));
      expect(rows.map(({ header }) => [header.order, header.availableTimeUs])).toEqual([
        [orderOfCreated(startUs + 2n), startUs + 5n],
        [orderOfCreated(startUs + 8n), startUs + 8n],
      ]);
      expect(batches.at(-1)).toMatchObject({ eventTimeMaxUs: startUs + 5n, createdTimeMaxUs: startUs + 8n });
    });

    it("scanSource() and countSource() keep to the range of event times and to the created time", async () => {
      const source = await csvSource(place, ["1,1,1,1\n1,2,2,9\n1,3,3,1\n1,4,4,9"], { created: true });
      const scan = { ...scanOf(source), fromUs: startUs + 2n, toUs: startUs + 4n };
      expect((await readScan(place, scan)).rows.map(({ values }) => values[0])).toEqual([2, 3]);
      const recent = { ...scan, createdFromUs: startUs + 9n };
      expect((await readScan(place, recent)).rows.map(({ values }) => values[0])).toEqual([2]);
      expect(await place.engine.countSource(recent, neverAborted)).toBe(1);
    });

    it("scanSource() and countSource() take new event times besides new created times, and leave out what is not created yet", async () => {
      const lines = "1,1,1,1\n1,2,2,9\n1,3,8,1\n1,4,8,20";
      const source = await csvSource(place, [lines], { created: true });
      const scan = {
        ...scanOf(source),
        createdFromUs: startUs + 9n,
        eventTimeNewUs: startUs + 8n,
        createdUntilUs: startUs + 19n,
      };
      expect((await readScan(place, scan)).rows.map(({ values }) => values[0])).toEqual([2, 3]);
      expect(await place.engine.countSource(scan, neverAborted)).toBe(2);
    });

    it("scanSource() yields the first of equal rows by file and row, if it is asked to (semantics 2)", async () => {
      const files = ["1,1,5,5\n1,2,5,5\n2,3,5,5\n1,4,5,6", "1,5,5,5\n2,6,5,5\n1,7,6,5"];
      const source = await csvSource(place, files, { created: true });
      const values = async (firstOfEqual: boolean, from: OfflineSource) =>
        (await readScan(place, { ...scanOf(from), firstOfEqual })).rows.map((row) => row.values[0] as number);
      expect((await values(true, source)).sort()).toEqual([1, 3, 4, 7]);
      expect(await values(false, source)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(await values(true, { ...source, createdTimeColumn: undefined })).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    const refusals = [
      [
        "a NULL event time",
        "1,1,1,1\n1,2,,1",
        /row 2 of .*after 1 rows that were read: event time column happened is NULL/,
      ],
      ["a NULL key", "1,1,1,1\n,2,2,1", /row 2 of .*: key key is NULL/],
      ["a fraction in a whole number", "1,1.5,1,1", /column value: a value is not a whole number/],
      ["a NULL created time", "1,1,1,", /column made is NULL/],
    ] as const;
    it.each(refusals)("scanSource() fails with SOURCE_MISMATCH for %s", async (_what, text, message) => {
      const source = await csvSource(place, [text], { created: true });
      await expect(readScan(place, scanOf(source))).rejects.toMatchObject({
        kind: "SOURCE_MISMATCH",
        message: expect.stringMatching(message),
      });
    });

    it("scanSource() names file and column where a column is absent or lossy, before any row", async () => {
      const absent = await csvSource(place, ["1,1,1,1"], { columns: new Map([["value", "amount"]]) });
      await expect(readScan(place, scanOf(absent))).rejects.toMatchObject({
        kind: "SOURCE_MISMATCH",
        field: "amount",
        message: expect.stringContaining(absent.paths[0]!),
      });
      const path = place.path("wide.parquet");
      const wide = { ...history, features: [{ ...history.features[0]!, type: "INT64" as const }] };
      await place.engine.writeSegment(path, wide, [
        {
          partition: 0,
          position: 1n,
          order: 2n ** 63n + 1n,
          deleted: false,
          eventTimeUs: startUs,
          availableTimeUs: startUs,
          keys: [1n],
          features: [1n],
        },
      ]);
      const lossy: OfflineSource = {
        format: "parquet",
        paths: [path],
        eventTimeColumn: "__event_time",
        createdTimeColumn: undefined,
        availabilityDelayUs: undefined,
        columns: new Map(),
      };
      await expect(readScan(place, scanOf(lossy))).rejects.toMatchObject({
        kind: "SOURCE_MISMATCH",
        message: expect.stringMatching(/column value has type BIGINT, expected INT32/),
      });
    });

    it("describe() tells names and types of Parquet and CSV columns", async () => {
      const { paths } = await csvSource(place, ["1,1.5,1,"], {});
      const columns = await place.engine.describe("csv", paths[0]!);
      expect(columns.map(({ name, type }) => [name, type]).slice(0, 3)).toEqual([
        ["key", "INT64"],
        ["value", "DOUBLE"],
        ["happened", "TIMESTAMP"],
      ]);
    });
  });
}

function scanOf(source: OfflineSource): SourceScan {
  return {
    history: { ...history, source },
    fromUs: startUs - 1_000_000n,
    toUs: startUs + 1_000_000n,
    createdFromUs: undefined,
    run: 1n,
  };
}

interface SourceOptions {
  readonly created?: boolean;
  readonly delayUs?: bigint;
  readonly columns?: ReadonlyMap<string, string>;
}

/** Files of lines `key,value,happened,made`; the times are µs after the start. */
async function csvSource(
  place: OfflinePlace,
  files: readonly string[],
  { created = false, delayUs, columns = new Map() }: SourceOptions,
): Promise<OfflineSource> {
  const paths: string[] = [];
  for (const text of files) {
    const lines = text.split("\n").map((line) => {
      const [key, value, happened, made] = line.split(",");
      return [key, value, time(happened), time(made)].join(",");
    });
    const path = place.path("source.csv");
    await writeFile(path, ["key,value,happened,made", ...lines, ""].join("\n"));
    paths.push(path);
  }
  return {
    format: "csv",
    paths,
    eventTimeColumn: "happened",
    createdTimeColumn: created ? "made" : undefined,
    availabilityDelayUs: delayUs,
    columns,
  };
}

function time(afterUs: string | undefined): string {
  return afterUs === undefined || afterUs === "" ? "" : isoTime(startUs + BigInt(afterUs));
}

async function readScan(place: OfflinePlace, scan: SourceScan) {
  const batches: EncodedRows[] = [];
  for await (const batch of place.engine.scanSource(scan, neverAborted)) batches.push(batch);
  const rows = batches.flatMap(({ entityKeys, rows: encoded }) =>
    encoded.map((bytes, i) => ({
      key: new Uint8Array(entityKeys[i]!),
      header: readHeader(bytes),
      values: codec.decode(payloadOf(bytes)),
    })),
  );
  return { batches, rows };
}
