import { open } from "node:fs/promises";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { LabelsInit } from "./training-set.ts";

/** Most bytes of labels that one message carries. */
const chunkBytesMax = 2 ** 20;

/** Labels as a request names them, and the pieces that follow it where they are of this machine. */
export interface LabelSource {
  readonly named:
    | { readonly case: "labelsPath" | "labelsDigest"; readonly value: string }
    | { readonly case: "labelsFollow"; readonly value: true };
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Opens labels. A file is looked at before anything is sent: an error inside a call would come back as the server's. */
export async function openLabels(labels: LabelsInit): Promise<LabelSource> {
  if ("path" in labels) return { named: { case: "labelsPath", value: labels.path }, chunks: pieces([]) };
  if ("digest" in labels)
    return { named: { case: "labelsDigest", value: labels.digest }, chunks: pieces([]) };
  const source = "file" in labels ? await openArrowFile(labels.file) : labels.arrow;
  return {
    named: { case: "labelsFollow", value: true },
    chunks: pieces(source instanceof Uint8Array ? [source] : source),
  };
}

async function* pieces(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += chunkBytesMax) yield chunk.subarray(at, at + chunkBytesMax);
}

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
  throw new FeatureStoreError("INVALID_LABELS", `Cannot send ${showValue(path)}: it is no Arrow IPC stream`, {
    hint: isFile
      ? "It is an Arrow IPC file (Feather): write it in the stream format."
      : "Put Parquet or CSV below the server's data root and name it by path, or write it as an Arrow IPC stream.",
  });
}
