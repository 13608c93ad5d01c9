import { readdir, stat } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";

import { type BatchSource, FileFormat } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { OfflineSource } from "@timewell/store-ports";

import { type AllowedRoots, resolveAllowedPath } from "./resolve-allowed-path.ts";

/** Most files that one source may have. */
export const sourceFilesMax = 10_000;

/** A file of a source. */
export interface SourceFilePath {
  /** As the definition finds it: its path, or one below it. */
  readonly name: string;
  /** Real absolute path. */
  readonly path: string;
}

/**
 * Finds the files of a batch source: the file itself, or every file of the format directly in the folder, in name
 * order. FILE_NOT_FOUND where there is none; errors of `resolveAllowedPath` besides.
 */
export async function resolveSource(source: BatchSource, roots: AllowedRoots): Promise<OfflineSource> {
  return sourceOf(
    source,
    (await resolveSourceFiles(source, roots)).map(({ path }) => path),
  );
}

/** A source that is read from these files, absolute paths in name order. */
export function sourceOf(source: BatchSource, paths: readonly string[]): OfflineSource {
  return {
    format: formatOf(source),
    paths,
    eventTimeColumn: source.eventTimeColumn,
    createdTimeColumn: source.createdTimeColumn === "" ? undefined : source.createdTimeColumn,
    availabilityDelayUs:
      source.availabilityDelayMs === undefined ? undefined : source.availabilityDelayMs * 1000n,
    columns: new Map(Object.entries(source.fieldMapping)),
  };
}

/** True for a file with this name, of `resolveSourceFiles`, that belongs to the source. */
export function isFileOfSource(source: BatchSource, name: string): boolean {
  const path = normalize(source.path);
  return name === path || (dirname(name) === join(path, ".") && name.endsWith(`.${formatOf(source)}`));
}

/** The files of `resolveSource` under their names. */
export async function resolveSourceFiles(
  source: BatchSource,
  roots: AllowedRoots,
): Promise<SourceFilePath[]> {
  const { path } = source;
  const format = formatOf(source);
  const real = await resolveAllowedPath(path, roots);
  if (!(await stat(real)).isDirectory()) return [{ name: normalize(path), path: real }];
  const names = (await readdir(real)).filter((name) => name.endsWith(`.${format}`)).sort();
  if (names.length === 0 || names.length > sourceFilesMax)
    throw new FeatureStoreError(
      names.length === 0 ? "FILE_NOT_FOUND" : "LIMIT_EXCEEDED",
      `Cannot read source ${JSON.stringify(path)}: the folder has ${names.length} .${format} files, expected 1 to ${sourceFilesMax}`,
      { hint: "Put the files of the source directly into the folder" },
    );
  const allowed = { ...roots, otherRoots: [...roots.otherRoots, real] };
  return Promise.all(
    names.map(async (name) => ({
      name: join(path, name),
      path: await resolveAllowedPath(join(real, name), allowed),
    })),
  );
}

function formatOf(source: BatchSource): "csv" | "parquet" {
  return source.format === FileFormat.CSV ? "csv" : "parquet";
}
