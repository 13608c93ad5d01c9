import { join } from "node:path";
import { describeOfflineEngine } from "@timewell/store-conformance";
import { createDuckdbEngine } from "./create-duckdb-engine.ts";

describeOfflineEngine("DuckDB", (folder) =>
  Promise.resolve(
    createDuckdbEngine({
      tempDirectory: join(folder, "spill"),
      allowedDirectories: [folder],
      memoryLimitBytes: 512 * 2 ** 20,
      workersMax: 1,
    }),
  ),
);
