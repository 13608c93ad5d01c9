import type { MessageInitShape } from "@bufbuild/protobuf";
import { Mode, Order, type GetTrainingSetRequestSchema } from "@timewell/contracts";
import { instantUs } from "./instant.ts";
import type { LabelSource } from "./label-source.ts";
import type { ResumePoint } from "./resumed-stream.ts";
import type { TrainingSetInit } from "./training-set.ts";
import { wholeMs } from "./whole-ms.ts";

/** A message of a call for a training set. */
export type TrainingSetMessage = MessageInitShape<typeof GetTrainingSetRequestSchema>;

/** The first message of a call. */
export function trainingSetRequest(
  init: TrainingSetInit,
  labels: LabelSource["named"] | undefined,
): TrainingSetMessage {
  return {
    project: init.project,
    selection: selectionOf(init),
    ...(labels === undefined ? {} : { labels }),
    eventTimeColumn: init.eventTimeColumn ?? "",
    mode: init.mode === undefined ? Mode.UNSPECIFIED : Mode[init.mode],
    includeStatuses: init.includeStatuses ?? false,
    ...(init.maxAgeMs === undefined ? {} : { maxAgeMs: wholeMs(init.maxAgeMs, "maxAgeMs") }),
    columns: [...(init.columns ?? [])],
    ...(init.shard === undefined ? {} : { shard: init.shard }),
    order: init.order === undefined ? Order.UNSPECIFIED : orders[init.order],
    snapshotId: init.snapshot ?? "",
    dropLabels: init.keepLabels === false,
    ...(init.asOf === undefined ? {} : { asOfUs: instantUs(init.asOf, "asOf") }),
  };
}

/** The message that goes on with a training set. Labels that were sent are named by digest. */
export function resumeRequest(
  { project, shard }: Pick<TrainingSetInit, "project" | "shard">,
  labels: LabelSource["named"] | undefined,
  { start, token }: ResumePoint,
): TrainingSetMessage {
  return {
    project,
    selection: { case: "trainingSetId", value: start.trainingSetId },
    labels: labels?.case === "labelsPath" ? labels : { case: "labelsDigest", value: start.labelsDigest },
    ...(shard === undefined ? {} : { shard }),
    ...(token === undefined ? {} : { resumeToken: token }),
  };
}

const orders = { labels: Order.LABELS, "event-time": Order.EVENT_TIME } as const;

function selectionOf(init: TrainingSetInit): NonNullable<TrainingSetMessage["selection"]> {
  if (init.trainingSetId !== undefined) return { case: "trainingSetId", value: init.trainingSetId };
  if (init.service !== undefined) return { case: "featureService", value: init.service };
  if (init.features !== undefined) return { case: "features", value: { references: [...init.features] } };
  const lookups = (init.lookups ?? []).map(({ view, alias, features, lookupKeys, eventTimeColumn }) => ({
    view,
    alias: alias ?? "",
    features: [...(features ?? [])],
    lookupKeys: [...(lookupKeys ?? [])],
    eventTimeColumn: eventTimeColumn ?? "",
  }));
  return { case: "lookups", value: { lookups } };
}
