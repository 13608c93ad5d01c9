import { stat } from "node:fs/promises";

import type { GetTrainingSetRequest } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { resolveAllowedPath } from "@timewell/service";
import type { LabelFile } from "@timewell/store-ports";

import type { RetrievalDeps } from "../retrieval-deps.ts";
import { digestFiles } from "../snapshots/digest-files.ts";
import { keptLabels, type LabelsToKeep } from "../training-sets/keep-labels.ts";
import type { OpenedRequest } from "./first-request.ts";
import { labelsPath, receiveLabels } from "./receive-labels.ts";

/** The labels of a call, found. */
export interface ResolvedLabels extends LabelsToKeep {
  /** Checks that the file is still what it was, where others may write to it; INVALID_LABELS. */
  check(signal: AbortSignal): Promise<void>;
}

/**
 * Finds the labels of a call: those that follow, those of an earlier call or of a training set by digest, or a file under an allowed
 * root.
 */
export async function resolveLabels(
  deps: RetrievalDeps,
  { request, rest }: OpenedRequest,
  signal: AbortSignal,
): Promise<ResolvedLabels> {
  const { labels } = request;
  if (labels.case === "labelsFollow" && labels.value) {
    const digest = await receiveLabels(deps, rest);
    return { format: "arrow", path: labelsPath(deps, digest), digest, check: unchanged };
  }
  if (labels.case === "labelsDigest") return labelsOfDigest(deps, labels.value);
  if (labels.case === "labelsPath") return labelsOfPath(deps, labels.value, signal);
  throw new FeatureStoreError("INVALID_REQUEST", "Cannot make a training set: no labels are named", {
    field: "labels",
    hint: "Set labels_follow and send them in further messages, or send the path of a file under an allowed root",
  });
}

/** True where a request names labels. */
export function namesLabels({ labels }: GetTrainingSetRequest): boolean {
  return labels.case !== undefined && labels.value !== false;
}

/** Labels that the server has already. LABELS_NOT_FOUND. */
export async function labelsOfDigest(
  deps: Pick<RetrievalDeps, "labelsRoot">,
  digest: string,
): Promise<ResolvedLabels> {
  if (/^[0-9a-f]{64}$/.test(digest)) {
    const path = labelsPath(deps, digest);
    if ((await stat(path).catch(() => undefined)) !== undefined)
      return { format: "arrow", path, digest, check: unchanged };
    const kept = await keptLabels(deps, digest);
    if (kept !== undefined) return { ...kept, check: unchanged };
  }
  throw new FeatureStoreError("LABELS_NOT_FOUND", `Cannot find labels ${JSON.stringify(digest)}`, {
    field: "labels_digest",
    hint: "Send them again with labels_follow; those of a call are kept for 24 h",
  });
}

async function labelsOfPath(deps: RetrievalDeps, name: string, signal: AbortSignal): Promise<ResolvedLabels> {
  const format = formatOf(name);
  const path = await resolveAllowedPath(name, deps.roots);
  const digestOf = async (under: AbortSignal) => (await digestFiles(deps, [path], under)).get(path)!.sha256;
  const digest = await digestOf(signal);
  return {
    format,
    path,
    digest,
    async check(under) {
      if ((await digestOf(under)) === digest) return;
      const problem = `Cannot finish the training set: labels ${JSON.stringify(name)} were changed meanwhile`;
      throw new FeatureStoreError("INVALID_LABELS", problem, {
        field: "labels_path",
        hint: "Ask for it again once nobody writes to the file",
      });
    },
  };
}

/** Nobody writes to the server's own files. */
function unchanged(): Promise<void> {
  return Promise.resolve();
}

function formatOf(path: string): LabelFile["format"] {
  if (path.endsWith(".parquet")) return "parquet";
  if (path.endsWith(".csv")) return "csv";
  throw new FeatureStoreError(
    "INVALID_LABELS",
    `Cannot read labels ${JSON.stringify(path)}: unknown ending`,
    {
      field: "labels_path",
      hint: "Name a .parquet or a .csv file",
    },
  );
}
