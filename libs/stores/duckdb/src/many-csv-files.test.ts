import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDuckdbEngine } from "./create-duckdb-engine.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "timewell-csv-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Each file is a scan of its own, and DuckDB takes 30 MiB for a scan where it is not told otherwise.
it("a folder of many CSV files fits into a small memory", { timeout: 60_000 }, async () => {
  const paths = Array.from({ length: 60 }, (_, i) => join(folder, `${i}.csv`));
  for (const [i, path] of paths.entries()) await writeFile(path, `key,at,x\n1,2026-01-01T00:00:00Z,${i}\n`);
  const engine = createDuckdbEngine({
    memoryLimitBytes: 256 * 2 ** 20,
    threads: 1,
    workersMax: 1,
    tempDirectory: join(folder, "tmp"),
    allowedDirectories: [folder],
  });
  const history = {
    viewId: 1,
    keys: [{ name: "key", type: "INT64" }],
    features: [{ name: "x", type: "INT64", dimension: 0, number: 1 }],
    source: {
      format: "csv",
      paths,
      eventTimeColumn: "at",
      createdTimeColumn: undefined,
      availabilityDelayUs: undefined,
      columns: new Map<string, string>(),
    },
    segments: [],
    tail: [],
  } as const;
  const scan = { history, fromUs: 0n, toUs: 2n ** 60n, createdFromUs: undefined, run: 1n };
  expect(await engine.countSource(scan, new AbortController().signal)).toBe(60);
  const label = join(folder, "labels.csv");
  await writeFile(label, "key,at\n1,2026-01-02T00:00:00Z\n");
  const plan = {
    labels: { format: "csv", path: label, eventTimeColumn: "at" },
    views: [
      {
        name: "v",
        history,
        labelColumns: ["key"],
        ttlUs: 0n,
        forgetAfterUs: 0n,
        mode: "EVENT_TIME",
      },
    ],
    columns: ["v__x"],
    includeStatuses: false,
  } as const;
  const kinds: string[] = [];
  for await (const { kind } of engine.trainingSet(plan, new AbortController().signal)) kinds.push(kind);
  expect(kinds).toEqual(["schema", "batch", "summary"]);
  await engine.close();
});
