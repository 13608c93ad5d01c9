import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { type BatchSource, FileFormat } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { OfflineSource } from "@timewell/store-ports";

import { type AllowedRoots, resolveAllowedPath } from "./resolve-allowed-path.ts";

/** Most files that one source may have. */
export const sourceFilesMax = 10_000;

/**
 * Finds the files of a batch source: the file itself, or every file of the format directly in the folder, in name
 * order. FILE_NOT_FOUND where there is none; errors of `resolveAllowedPath` besides.
 */
export async function resolveSource(source: BatchSource, roots: AllowedRoots): Promise<OfflineSource> {
  const format = source.format === FileFormat.CSV ? "csv" : "parquet";
  return {
    format,
    paths: await sourceFiles(source.path, format, roots),
    eventTimeColumn: source.eventTimeColumn,
    createdTimeColumn: source.createdTimeColumn === "" ? undefined : source.createdTimeColumn,
    availabilityDelayUs:
      source.availabilityDelayMs === undefined ? undefined : source.availabilityDelayMs * 1000n,
    columns: new Map(Object.entries(source.fieldMapping)),
  };
}

async function sourceFiles(path: string, format: string, roots: AllowedRoots): Promise<string[]> {
  const real = await resolveAllowedPath(path, roots);
  if (!(await stat(real)).isDirectory()) return [real];
  const names = (await readdir(real)).filter((name) => name.endsWith(`.${format}`)).sort();
  if (names.length === 0 || names.length > sourceFilesMax)
    throw new FeatureStoreError(
      names.length === 0 ? "FILE_NOT_FOUND" : "LIMIT_EXCEEDED",
      `Cannot read source ${JSON.stringify(path)}: the folder has ${names.length} .${format} files, expected 1 to ${sourceFilesMax}`,
      { hint: "Put the files of the source directly into the folder" },
    );
  return Promise.all(
    names.map((name) =>
      resolveAllowedPath(join(real, name), { ...roots, otherRoots: [...roots.otherRoots, real] }),
    ),
  );
}
