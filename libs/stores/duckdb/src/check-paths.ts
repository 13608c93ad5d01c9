import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { FeatureStoreError } from "@timewell/errors";

/**
 * Fails with PATH_NOT_ALLOWED for the first path that is not absolute, lies outside of the folders once its links are
 * followed, or has characters that DuckDB would read as a pattern.
 */
export async function checkPaths(paths: readonly string[], folders: readonly string[]): Promise<void> {
  const roots = await Promise.all(folders.map(resolved));
  for (const path of new Set(paths)) {
    if (!isAbsolute(path) || path.includes("\0")) throw notAllowed(path, "it is not an absolute path");
    if (/[*?[\]{}]/.test(path)) throw notAllowed(path, "it has one of the characters * ? [ ] { }");
    const real = await resolved(path);
    const isInside = roots.some((root) => real.startsWith(root.endsWith(sep) ? root : root + sep));
    if (!isInside) throw notAllowed(path, "it lies outside of the allowed folders");
  }
}

/** The path without links; of a file that does not exist yet, its folder's. */
async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return join(folder, basename(path));
  }
}

function notAllowed(path: string, problem: string): FeatureStoreError {
  return new FeatureStoreError("PATH_NOT_ALLOWED", `Cannot use ${JSON.stringify(path)}: ${problem}`, {
    hint: "Put the file under a folder that the server may read.",
  });
}
