import { createHash } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { create } from "@bufbuild/protobuf";
import {
  type UploadLabelsRequest,
  type UploadLabelsResponse,
  UploadLabelsResponseSchema,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";

import type { RetrievalDeps } from "./retrieval-deps.ts";

/** Most bytes of one upload: 1 GiB. */
export const labelBytesMax = 1_073_741_824;

/** How long uploaded labels are kept, ms. */
export const labelsKeptMs = 86_400_000;

/**
 * Stores uploaded labels under the SHA-256 of their bytes. The file appears whole or not at all; the same labels sent
 * again are the same file.
 */
export async function uploadLabels(
  deps: RetrievalDeps,
  chunks: AsyncIterable<UploadLabelsRequest>,
): Promise<UploadLabelsResponse> {
  await mkdir(deps.labelsRoot, { recursive: true });
  await dropOldLabels(deps);
  const temporary = join(deps.labelsRoot, `${deps.newId()}.part`);
  try {
    const { digest, bytes } = await writeChunks(deps, temporary, chunks);
    await rename(temporary, labelsPath(deps, digest));
    return create(UploadLabelsResponseSchema, { labelsDigest: digest, bytes: BigInt(bytes) });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Where uploaded labels lie. `digest` must be checked to be hex first. */
export function labelsPath(deps: RetrievalDeps, digest: string): string {
  return join(deps.labelsRoot, `${digest}.arrow`);
}

async function writeChunks(
  deps: RetrievalDeps,
  path: string,
  chunks: AsyncIterable<UploadLabelsRequest>,
): Promise<{ digest: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  let isFirst = true;
  await using file = await open(path, "wx");
  for await (const { project, arrowIpc } of chunks) {
    if (isFirst) deps.definitions.project(project);
    isFirst = false;
    bytes += arrowIpc.length;
    if (bytes > labelBytesMax)
      throw new FeatureStoreError(
        "LIMIT_EXCEEDED",
        `Cannot upload labels: more than ${labelBytesMax} bytes`,
        {
          hint: "Put the labels into a Parquet file below the server's data root and name its path",
        },
      );
    hash.update(arrowIpc);
    await file.writeFile(arrowIpc);
  }
  if (bytes === 0)
    throw new FeatureStoreError("INVALID_LABELS", "Cannot upload labels: no bytes were sent", {
      field: "arrow_ipc",
      hint: "Send an Arrow IPC stream",
    });
  await file.sync();
  return { digest: hash.digest("hex"), bytes };
}

async function dropOldLabels(deps: RetrievalDeps): Promise<void> {
  const keptSinceMs = Number(deps.clock.nowUs() / 1000n) - labelsKeptMs;
  for (const name of await readdir(deps.labelsRoot)) {
    const path = join(deps.labelsRoot, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < keptSinceMs) await rm(path, { force: true });
  }
}
