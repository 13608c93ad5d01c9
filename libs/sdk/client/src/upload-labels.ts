import { open } from "node:fs/promises";
import type { Client } from "@connectrpc/connect";
import type { OfflineRetrieval } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { LabelsInit } from "./training-set.ts";

/** Most bytes that one message of an upload carries. */
const chunkBytesMax = 2 ** 20;

/** Names labels towards the server; what is here is uploaded first. */
export async function nameLabels(
  retrieval: Client<typeof OfflineRetrieval>,
  project: string,
  labels: LabelsInit,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
) {
  if ("path" in labels) return { case: "labelsPath", value: labels.path } as const;
  if ("digest" in labels) return { case: "labelsDigest", value: labels.digest } as const;
  const source = "file" in labels ? await openArrowFile(labels.file) : labels.arrow;
  const { labelsDigest } = await retrieval.uploadLabels(messages(project, source), options);
  return { case: "labelsDigest", value: labelsDigest } as const;
}

async function* messages(project: string, source: Uint8Array | AsyncIterable<Uint8Array>) {
  yield { project };
  const chunks = source instanceof Uint8Array ? [source] : source;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += chunkBytesMax) {
      yield { arrowIpc: chunk.subarray(at, at + chunkBytesMax) };
    }
  }
}

/** Looks at the beginning before anything is sent: an error inside an upload would come back as the server's. */
async function openArrowFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const file = await open(path).catch((cause: unknown) => {
    throw new FeatureStoreError("FILE_NOT_FOUND", `Cannot read labels from ${showValue(path)}`, {
      hint: "Check that the file exists and that this process may read it.",
      cause,
    });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    checkArrow(buffer.subarray(0, bytesRead), path);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file.createReadStream({ start: 0, highWaterMark: chunkBytesMax });
}

/** An Arrow IPC stream begins with a continuation marker. */
function checkArrow(chunk: Buffer, path: string): void {
  if (chunk.length >= 8 && chunk.readUInt32LE(0) === 0xffff_ffff) return;
  const isFile = chunk.subarray(0, 6).toString("latin1") === "ARROW1";
  throw new FeatureStoreError(
    "INVALID_LABELS",
    `Cannot upload ${showValue(path)}: it is no Arrow IPC stream`,
    {
      hint: isFile
        ? "It is an Arrow IPC file (Feather): write it in the stream format."
        : "Put Parquet or CSV below the server's data root and name it by path, or write it as an Arrow IPC stream.",
    },
  );
}
