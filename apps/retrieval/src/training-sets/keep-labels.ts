import { createHash } from "node:crypto";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { FeatureStoreError } from "@timewell/errors";
import type { LabelFile } from "@timewell/store-ports";

import type { RetrievalDeps } from "../retrieval-deps.ts";

const bufferBytes = 1_048_576;

/** Labels as a file of the server. */
export interface LabelsToKeep {
  /** SHA-256 of the file, lower-case hex. */
  readonly digest: string;
  readonly format: LabelFile["format"];
  /** Absolute. */
  readonly path: string;
}

/** What kept labels stand on. */
export type KeptLabelsDeps = Pick<RetrievalDeps, "labelsRoot" | "newId">;

/**
 * Keeps labels for as long as there is their training set, once per digest, durable before it returns. INVALID_LABELS where the
 * file is not of this digest any more.
 */
export async function keepLabels(deps: KeptLabelsDeps, labels: LabelsToKeep): Promise<void> {
  const kept = keptPath(deps, labels.digest, labels.format);
  if (await isFile(kept)) return;
  await mkdir(dirname(kept), { recursive: true });
  // Beside the labels of calls, where what a crash leaves behind is dropped after a day.
  const temporary = join(deps.labelsRoot, `${deps.newId()}.part`);
  try {
    if (dirname(labels.path) === deps.labelsRoot) await linkFile(labels.path, temporary);
    else await copyFile(labels, temporary);
    await rename(temporary, kept);
    await syncFolder(dirname(kept));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Where labels of a digest are kept; undefined where they are not. */
export async function keptLabels(
  deps: Pick<KeptLabelsDeps, "labelsRoot">,
  digest: string,
): Promise<LabelsToKeep | undefined> {
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  for (const format of ["arrow", "parquet", "csv"] as const) {
    const path = keptPath(deps, digest, format);
    if (await isFile(path)) return { digest, format, path };
  }
  return undefined;
}

/** The error for a training set whose labels are needed and not kept. */
export function labelsNotKept(trainingSetId: string, digest: string): FeatureStoreError {
  return new FeatureStoreError(
    "LABELS_NOT_FOUND",
    `Cannot make training set ${trainingSetId} again: its labels, with SHA-256 ${digest}, were not kept`,
    { field: "labels", hint: "Send the same labels again with the request" },
  );
}

function keptPath(
  { labelsRoot }: Pick<KeptLabelsDeps, "labelsRoot">,
  digest: string,
  format: string,
): string {
  return join(labelsRoot, "kept", `${digest}.${format}`);
}

/** Labels of a call are a file that is durable and that nobody changes: a second name is enough. */
async function linkFile(path: string, temporary: string): Promise<void> {
  await link(path, temporary);
}

/** Copies a file that others may change, and makes sure that it has not. */
async function copyFile({ digest, path }: LabelsToKeep, temporary: string): Promise<void> {
  await using source = await open(path, "r");
  await using target = await open(temporary, "wx");
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(bufferBytes);
  for (let at = 0; ;) {
    const { bytesRead } = await source.read(buffer, 0, bufferBytes, at);
    if (bytesRead === 0) break;
    const bytes = buffer.subarray(0, bytesRead);
    hash.update(bytes);
    await target.writeFile(bytes);
    at += bytesRead;
  }
  await target.sync();
  if (hash.digest("hex") === digest) return;
  throw new FeatureStoreError("INVALID_LABELS", "Cannot keep the labels: their file was changed meanwhile", {
    field: "labels_path",
    hint: "Make the training set again once nobody writes to the file",
  });
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
