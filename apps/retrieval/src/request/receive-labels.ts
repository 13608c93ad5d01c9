import { createHash } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import type { GetTrainingSetRequest } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

import type { RetrievalDeps } from "../retrieval-deps.ts";

/** Most bytes of the labels of one call: 1 GiB. */
export const labelBytesMax = 1_073_741_824;

/** Most bytes of one message of them: 1 MiB. */
const chunkBytesMax = 1_048_576;

/** How long labels of a call are kept, ms. */
export const labelsKeptMs = 86_400_000;

/**
 * Stores the labels that follow the first message of a call under the SHA-256 of their bytes, and answers it in lower-case hex. The
 * file appears whole or not at all; the same labels sent again are the same file.
 */
export async function receiveLabels(
  deps: RetrievalDeps,
  chunks: AsyncIterable<GetTrainingSetRequest>,
): Promise<string> {
  await mkdir(deps.labelsRoot, { recursive: true });
  await dropOldLabels(deps);
  const temporary = join(deps.labelsRoot, `${deps.newId()}.part`);
  try {
    const digest = await writeChunks(temporary, chunks);
    await rename(temporary, labelsPath(deps, digest));
    return digest;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Where labels of calls lie. `digest` must be checked to be hex first. */
export function labelsPath(deps: Pick<RetrievalDeps, "labelsRoot">, digest: string): string {
  return join(deps.labelsRoot, `${digest}.arrow`);
}

async function writeChunks(path: string, chunks: AsyncIterable<GetTrainingSetRequest>): Promise<string> {
  const hash = createHash("sha256");
  let bytes = 0;
  await using file = await open(path, "wx");
  for await (const { labelsChunk } of chunks) {
    if (labelsChunk.length > chunkBytesMax)
      throw new FeatureStoreError(
        "LIMIT_EXCEEDED",
        `Cannot take labels: a message has ${labelsChunk.length} bytes, at most ${chunkBytesMax} are allowed`,
        { field: "labels_chunk", hint: "Send them in more messages" },
      );
    bytes += labelsChunk.length;
    if (bytes > labelBytesMax)
      throw new FeatureStoreError("LIMIT_EXCEEDED", `Cannot take labels: more than ${labelBytesMax} bytes`, {
        hint: "Put the labels into a Parquet file below the server's data root and name its path",
      });
    hash.update(labelsChunk);
    await file.writeFile(labelsChunk);
  }
  if (bytes === 0)
    throw new FeatureStoreError("INVALID_LABELS", "Cannot take labels: no bytes were sent", {
      field: "labels_chunk",
      hint: "Send an Arrow IPC stream after the first message",
    });
  await file.sync();
  return hash.digest("hex");
}

async function dropOldLabels(deps: RetrievalDeps): Promise<void> {
  const keptSinceMs = Number(deps.clock.nowUs() / 1000n) - labelsKeptMs;
  for (const entry of await readdir(deps.labelsRoot, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(deps.labelsRoot, entry.name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < keptSinceMs) await rm(path, { force: true });
  }
}
