import { bytesOption, integerOption, pathOption, pathsOption } from "./options.ts";

/** Options of every app that works on files: where they may lie, and what the offline engine may use. */
export function offlineOptions() {
  return {
    dataRoot: pathOption({ describe: "Relative paths of source and label files start here", default: "." }),
    allowRoot: pathsOption({ describe: "Source and label files may lie below these folders too" }),
    offlineDir: pathOption({
      describe: "Folder of Parquet segments and uploaded labels",
      default: ".timewell/offline",
    }),
    tempDir: pathOption({ describe: "Folder where joins spill to", default: ".timewell/tmp" }),
    memoryLimit: bytesOption({ describe: "Memory of one DuckDB child process", default: "1GiB" }),
    duckdbThreads: integerOption({
      describe: "Threads of one DuckDB child process",
      default: 2,
      min: 1,
      max: 256,
    }),
    duckdbWorkers: integerOption({ describe: "DuckDB child processes at most", default: 2, min: 1, max: 64 }),
  };
}
