import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureStoreError } from "@timewell/errors";
import { tableFromArrays, tableFromIPC, tableToIPC, type Schema } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { readLabels } from "./read-labels.ts";
import { tableFormat } from "./table-format.ts";
import { sampleTable } from "./table.testdata.ts";
import { writeArrow } from "./write-arrow.ts";
import { writeCsv } from "./write-csv.ts";
import { writeTrainingSet } from "./write-training-set.ts";
import { writeWholeFile } from "./write-whole-file.ts";

const folder = mkdtempSync(join(tmpdir(), "timewell-files-"));
const at = (name: string) => join(folder, name);
const reading = { textColumns: [] as string[], tempDirectory: folder };

async function* batchesOf(table: typeof sampleTable) {
  yield* table.batches;
}

async function* bytesOf(...chunks: Uint8Array[]) {
  yield* chunks;
}

async function readAll(path: string, textColumns: readonly string[] = []) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLabels(path, { ...reading, textColumns })) chunks.push(Buffer.from(chunk));
  return tableFromIPC(Buffer.concat(chunks));
}

describe("writeCsv()", () => {
  test("quotes what it must, tells NULL from empty text, and keeps microseconds", async () => {
    await writeCsv(at("sample.csv"), sampleTable.schema as Schema, batchesOf(sampleTable));
    expect(readFileSync(at("sample.csv"), "utf8").split("\n")).toEqual([
      "id,name,at,naive,score,ok,raw,tags,moments",
      '9223372036854775807,"a,""b""",2001-01-31T15:00:00.123456Z,2001-01-31T15:00:00,0.5,true,AQI=,"[""x"",""y""]","[""1970-01-01T00:00:00.000001Z""]"',
      '-1,"",1969-12-31T23:59:59.999999Z,,NaN,false,"",[],[]',
      ",,,,,,,,",
      "",
    ]);
  });
});

describe("readLabels()", () => {
  test("reads an Arrow file and an Arrow stream the same", async () => {
    await writeArrow(at("sample.arrow"), sampleTable.schema as Schema, batchesOf(sampleTable));
    writeFileSync(at("stream.arrow"), tableToIPC(sampleTable, "stream"));
    const expected = sampleTable.toString();
    expect((await readAll(at("sample.arrow"))).toString()).toBe(expected);
    expect((await readAll(at("stream.arrow"))).toString()).toBe(expected);
    expect(tableFromIPC(readFileSync(at("sample.arrow"))).toString()).toBe(expected);
  });

  test("keeps CSV columns of text keys as text", async () => {
    writeFileSync(at("labels.csv"), "code,event_timestamp,label\n7,2001-01-31T15:00:00Z,1\n");
    const [row] = (await readAll(at("labels.csv"), ["code", "absent"])).toArray();
    expect(row?.toJSON()).toMatchObject({ code: "7", label: 1n });
    expect((await readAll(at("labels.csv"))).toArray()[0]?.toJSON()).toMatchObject({ code: 7n });
  });

  test.each([
    ["none.parquet", undefined, "there is no such file"],
    ["none.arrow", undefined, "Cannot read"],
    ["cut.parquet", "PAR1 and no more", "damaged"],
    ["cut.arrow", "ARROW1 and no more", "damaged"],
  ])("says what is wrong with %s", async (name, content, problem) => {
    if (content !== undefined) writeFileSync(at(name), content);
    const failure = await readAll(at(name)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FeatureStoreError);
    expect((failure as Error).message).toContain(problem);
  });

  test("knows formats by their endings", () => {
    expect(tableFormat("A.PARQUET", "--out")).toBe("parquet");
    expect(() => tableFormat("a.txt", "--out")).toThrow("Cannot tell the format of --out");
  });
});

describe("writeTrainingSet()", () => {
  const output = (name: string) => ({ path: at(name), eventTimeColumn: "at", tellRows: () => undefined });

  test.each(["parquet", "csv", "arrow"])(
    "leaves nothing behind when the stream breaks, as %s",
    async (ending) => {
      const stream = Buffer.from(tableToIPC(tableFromArrays({ x: [1, 2, 3] }), "stream"));
      async function* broken() {
        yield stream.subarray(0, stream.length - 8);
        throw new FeatureStoreError("DATA_LOSS", "it broke");
      }
      writeFileSync(at(`out.${ending}`), "older");
      await expect(writeTrainingSet(broken(), output(`out.${ending}`))).rejects.toThrow("it broke");
      expect(readFileSync(at(`out.${ending}`), "utf8")).toBe("older");
      expect(readdirSync(folder).filter((name) => name.startsWith(".timewell-"))).toEqual([]);
    },
  );

  test("writes what readLabels() reads back, as Parquet", async () => {
    const rows: number[] = [];
    const tellRows = (count: number) => void rows.push(count);
    const stream = bytesOf(tableToIPC(sampleTable, "stream"));
    expect(await writeTrainingSet(stream, { ...output("sample.parquet"), tellRows })).toBe(3);
    expect(rows).toEqual([3]);
    expect((await readAll(at("sample.parquet"))).toString()).toBe(sampleTable.toString());
  });
});

describe("writeWholeFile()", () => {
  test("makes folders that are not there, and puts the file in place at the end", async () => {
    const path = at("new/folder/file.txt");
    await writeWholeFile(path, async (temporary) => writeFileSync(temporary, "whole"));
    expect(readFileSync(path, "utf8")).toBe("whole");
  });
});
