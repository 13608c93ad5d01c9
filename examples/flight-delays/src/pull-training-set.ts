import type { TimewellClient } from "@timewell/client";
import { Status, type Receipt } from "@timewell/contracts";
import type { StatusCounts } from "./compare-online.ts";
import { dataFiles } from "./data-files.ts";
import { delayV1 } from "./features.ts";
import { project } from "./project.ts";
import { writeParquet } from "./write-parquet.ts";

/** A training set that was written. */
export interface PulledTrainingSet {
  readonly rows: number;
  /** Label rows by status, by view or alias. */
  readonly statuses: Readonly<Record<string, StatusCounts>>;
}

/** Streams the training set of the labels to a Parquet file. */
export async function pullTrainingSet(client: TimewellClient, path: string): Promise<PulledTrainingSet> {
  const labels = { path: dataFiles.labels };
  const trainingSet = await client.trainingSet({ project, service: delayV1.name, labels });
  const rows = await writeParquet(trainingSet, path);
  const { views } = await trainingSet.receipt;
  return { rows, statuses: Object.fromEntries(views.map((view) => [view.name, statusCounts(view)])) };
}

function statusCounts(view: Receipt["views"][number]): StatusCounts {
  const rows = (status: Status) => Number(view.statuses.find((count) => count.status === status)?.rows ?? 0n);
  return { present: rows(Status.PRESENT), expired: rows(Status.EXPIRED), notFound: rows(Status.NOT_FOUND) };
}
