import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

import { FeatureStoreError } from "@timewell/errors";
import type { SourceDigest, TrainingCatalog } from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";

/** Bytes of a file that are in memory at a time; hashing them holds up other work for less than a millisecond. */
const bufferBytes = 262_144;

/** Files that are read at a time. */
const filesAtOnce = 2;

/** A change in the last 2 s may be followed by one that the file system tells no difference of, µs. */
const settledUs = 2_000_000n;

/** How often a file is read that is written meanwhile. */
const triesMax = 3;

/** The digest of a file as it was read. */
export interface FileDigest extends SourceDigest {
  /** True where the file had not changed for so long that any later change shows in its `state`. */
  readonly settled: boolean;
}

/** What digests stand on. */
export interface DigestDeps {
  readonly trainingCatalog: Pick<TrainingCatalog, "sourceDigests" | "putSourceDigests">;
  readonly clock: Pick<Clock, "nowUs">;
}

/**
 * SHA-256 of files, by absolute path. A file is read once and its digest recorded: it holds for as long as size, times of change and
 * inode are the same; a file that was changed in the last 2 s is read again. SOURCE_CHANGED for a file that is written while it is
 * read; errors of the file system as they are.
 */
export async function digestFiles(
  deps: DigestDeps,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, FileDigest>> {
  const unique = [...new Set(paths)];
  const recorded = unique.length === 0 ? new Map() : await deps.trainingCatalog.sourceDigests(unique);
  const digests = new Map<string, FileDigest>();
  const waiting = unique.values();
  const worker = async () => {
    for (const path of waiting)
      digests.set(path, await digestFile(deps, path, recorded.get(path) as SourceDigest | undefined, signal));
  };
  await Promise.all(Array.from({ length: filesAtOnce }, worker));
  const fresh = [...digests.values()].filter(
    ({ path, settled, state, bytes }) => settled && !isEqual(recorded.get(path), { state, bytes }),
  );
  await deps.trainingCatalog.putSourceDigests(
    fresh.map(({ path, bytes, state, sha256 }) => ({ path, bytes, state, sha256 })),
  );
  return digests;
}

async function digestFile(
  deps: DigestDeps,
  path: string,
  recorded: SourceDigest | undefined,
  signal: AbortSignal | undefined,
): Promise<FileDigest> {
  await using file = await open(path, "r");
  for (let tries = 1; tries <= triesMax; tries++) {
    const nowUs = deps.clock.nowUs();
    const before = await stateOf(file);
    const settled = before.changedUs < nowUs - settledUs;
    const { bytes, state } = before;
    if (settled && recorded !== undefined && isEqual(recorded, before))
      return { path, bytes, state, settled, sha256: recorded.sha256 };
    const sha256 = await hash(file, signal);
    if (isEqual(before, await stateOf(file))) return { path, bytes, state, settled, sha256 };
  }
  throw new FeatureStoreError("SOURCE_CHANGED", `Cannot read ${path}: it is being written`, {
    hint: "Write source files under another name, and rename them when they are whole",
  });
}

interface FileState {
  readonly bytes: bigint;
  readonly state: string;
}

async function stateOf(file: FileHandle): Promise<FileState & { readonly changedUs: bigint }> {
  const { size, ino, dev, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
  const changedNs = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return { bytes: size, state: `${dev}:${ino}:${mtimeNs}:${ctimeNs}`, changedUs: changedNs / 1000n };
}

function isEqual(a: FileState | undefined, b: FileState): boolean {
  return a?.bytes === b.bytes && a.state === b.state;
}

async function hash(file: FileHandle, signal: AbortSignal | undefined): Promise<string> {
  const digest = createHash("sha256");
  const buffer = Buffer.allocUnsafe(bufferBytes);
  for (let at = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, bufferBytes, at);
    if (bytesRead === 0) return digest.digest("hex");
    digest.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}
