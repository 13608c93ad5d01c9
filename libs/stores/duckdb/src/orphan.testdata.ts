import { createDuckdbEngine } from "./create-duckdb-engine.ts";

/** Starts a scan of the Parquet file named by the arguments (folder, path), prints the child's process id, and stays. */
const [folder = "", path = ""] = process.argv.slice(2);
const engine = createDuckdbEngine({ tempDirectory: `${folder}/spill`, allowedDirectories: [folder] });
const source = {
  format: "parquet" as const,
  paths: [path],
  eventTimeColumn: "__event_time",
  createdTimeColumn: undefined,
  availabilityDelayUs: undefined,
  columns: new Map<string, string>(),
};
const history = { viewId: 1, keys: [], features: [], source, segments: [], tail: [] };
const scan = { history, fromUs: 0n, toUs: 2n ** 60n, createdFromUs: undefined, run: 1n };
const rows = engine.scanSource(scan, new AbortController().signal)[Symbol.asyncIterator]();
await rows.next();
process.stdout.write(`${engine.workerPids[0]}\n`);
setInterval(() => undefined, 1000);
