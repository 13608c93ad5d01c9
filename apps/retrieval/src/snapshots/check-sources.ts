import type { OfflineSnapshot } from "@timewell/contracts";

import { digestFiles } from "./digest-files.ts";
import type { SnapshotDeps } from "./snapshot-deps.ts";
import { sourceChanged } from "./source-changed.ts";

/** Compares source files with a snapshot: `places` has the real path of each by its path in the snapshot. SOURCE_CHANGED names the first that differs. */
export async function checkSources(
  deps: SnapshotDeps,
  { snapshotId, sourceFiles }: OfflineSnapshot,
  places: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const names = new Map([...places].map(([name, place]) => [place, name]));
  const digests = await digestFiles(deps, [...places.values()], signal).catch((reason: unknown) => {
    const { code, path } = reason as { readonly code?: unknown; readonly path?: unknown };
    const gone = code === "ENOENT" ? names.get(String(path)) : undefined;
    throw gone === undefined ? reason : sourceChanged(snapshotId, gone, "is gone");
  });
  for (const { path, bytes, sha256 } of sourceFiles) {
    const found = digests.get(places.get(path) ?? "");
    if (found === undefined) continue;
    if (found.bytes !== bytes)
      throw sourceChanged(snapshotId, path, `has ${found.bytes} bytes, expected ${bytes}`);
    if (found.sha256 !== sha256)
      throw sourceChanged(snapshotId, path, `has SHA-256 ${found.sha256}, expected ${sha256}`);
  }
}
