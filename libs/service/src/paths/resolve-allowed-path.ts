import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";

import { FeatureStoreError } from "@timewell/errors";

/** Where files that callers name may lie. */
export interface AllowedRoots {
  /** Relative paths start here; an allowed root itself. Absolute. */
  readonly dataRoot: string;
  /** Further folders whose files may be named by absolute path. Absolute. */
  readonly otherRoots: readonly string[];
}

/**
 * Returns the real absolute path of a file or folder that a caller named.
 *
 * PATH_NOT_ALLOWED for a path outside every root, also through `..` or a symbolic link, and for NUL and glob
 * characters; FILE_NOT_FOUND for one inside that does not exist. Nothing is said of files outside the roots.
 */
export async function resolveAllowedPath(path: string, roots: AllowedRoots): Promise<string> {
  if (path === "" || /[\0*?[\]]/.test(path)) throw notAllowed(path, "it is empty or has one of NUL * ? [ ]");
  const allowed = [roots.dataRoot, ...roots.otherRoots];
  const wanted = resolve(roots.dataRoot, path);
  if (!allowed.some((root) => isInside(root, wanted)))
    throw notAllowed(path, "it is outside the allowed roots");
  const real = await realpath(wanted).catch((cause: unknown) => {
    throw new FeatureStoreError("FILE_NOT_FOUND", `Cannot find ${JSON.stringify(path)} below the data root`, {
      hint: "Check the path; relative paths start at the server's --data-root",
      cause,
    });
  });
  const realRoots = await Promise.all(allowed.map((root) => realpath(root).catch(() => root)));
  if (!realRoots.some((root) => isInside(root, real)))
    throw notAllowed(path, "a link leads outside the allowed roots");
  return real;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (!isAbsolute(way) && way !== ".." && !way.startsWith("../"));
}

function notAllowed(path: string, why: string): FeatureStoreError {
  return new FeatureStoreError("PATH_NOT_ALLOWED", `Cannot use path ${JSON.stringify(path)}: ${why}`, {
    hint: "Name a file below the server's --data-root, or have its operator add a root with --allow-root",
  });
}
