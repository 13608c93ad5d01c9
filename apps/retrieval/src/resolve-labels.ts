import { stat } from "node:fs/promises";

import type { GetTrainingSetRequest } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { resolveAllowedPath } from "@timewell/service";
import type { LabelFile } from "@timewell/store-ports";

import type { RetrievalDeps } from "./retrieval-deps.ts";
import { labelsPath } from "./upload-labels.ts";

const eventTimeColumnDefault = "event_timestamp";

/** Finds the label file that a request names: uploaded labels by digest, or a file under an allowed root. */
export async function resolveLabels(deps: RetrievalDeps, request: GetTrainingSetRequest): Promise<LabelFile> {
  const eventTimeColumn = request.eventTimeColumn === "" ? eventTimeColumnDefault : request.eventTimeColumn;
  const { labels } = request;
  if (labels.case === "labelsDigest")
    return { format: "arrow", path: await uploadedPath(deps, labels.value), eventTimeColumn };
  if (labels.case === "labelsPath")
    return {
      format: formatOf(labels.value),
      path: await resolveAllowedPath(labels.value, deps.roots),
      eventTimeColumn,
    };
  throw new FeatureStoreError("INVALID_REQUEST", "Cannot make a training set: no labels are named", {
    field: "labels",
    hint: "Upload labels and send their digest, or send the path of a file under an allowed root",
  });
}

async function uploadedPath(deps: RetrievalDeps, digest: string): Promise<string> {
  const path = labelsPath(deps, digest);
  if (/^[0-9a-f]{64}$/.test(digest) && (await stat(path).catch(() => undefined)) !== undefined) return path;
  throw new FeatureStoreError("LABELS_NOT_FOUND", `Cannot find uploaded labels ${JSON.stringify(digest)}`, {
    field: "labels_digest",
    hint: "Upload them with UploadLabels first; they are kept for 24 h",
  });
}

function formatOf(path: string): "parquet" | "csv" {
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
