import { stat } from "node:fs/promises";

import { FeatureStoreError } from "@timewell/errors";
import { resolveAllowedPath } from "@timewell/service";
import type { LabelFile } from "@timewell/store-ports";

import type { OpenedRequest } from "./first-request.ts";
import { labelsPath, receiveLabels } from "./receive-labels.ts";
import type { RetrievalDeps } from "./retrieval-deps.ts";

const eventTimeColumnDefault = "event_timestamp";

/** Finds the label file of a call: what follows, what an earlier call brought, or a file under an allowed root. */
export async function resolveLabels(
  deps: RetrievalDeps,
  { request, rest }: OpenedRequest,
): Promise<LabelFile> {
  const eventTimeColumn = request.eventTimeColumn === "" ? eventTimeColumnDefault : request.eventTimeColumn;
  const { labels } = request;
  if (labels.case === "labelsFollow" && labels.value)
    return { format: "arrow", path: labelsPath(deps, await receiveLabels(deps, rest)), eventTimeColumn };
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
    hint: "Set labels_follow and send them in further messages, or send the path of a file under an allowed root",
  });
}

async function uploadedPath(deps: RetrievalDeps, digest: string): Promise<string> {
  const path = labelsPath(deps, digest);
  if (/^[0-9a-f]{64}$/.test(digest) && (await stat(path).catch(() => undefined)) !== undefined) return path;
  throw new FeatureStoreError("LABELS_NOT_FOUND", `Cannot find labels ${JSON.stringify(digest)}`, {
    field: "labels_digest",
    hint: "Send them again with labels_follow; those of a call are kept for 24 h",
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
