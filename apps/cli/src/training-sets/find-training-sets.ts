import type { TrainingSetRecord } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Session } from "../session.ts";

/** Recorded training sets of the project, the latest first; all pages, or the first few. */
export async function findTrainingSets(
  session: Session,
  {
    service = "",
    recordsMax = Number.POSITIVE_INFINITY,
  }: { service?: string | undefined; recordsMax?: number },
): Promise<TrainingSetRecord[]> {
  const records: TrainingSetRecord[] = [];
  for (let pageToken = ""; ;) {
    const pageSize = Math.min(1_000, recordsMax - records.length);
    const page = await session.retrieval.listTrainingSets(
      { project: session.project, featureService: service, pageSize, pageToken },
      { signal: session.io.signal },
    );
    records.push(...page.trainingSets);
    pageToken = page.nextPageToken;
    if (pageToken === "" || records.length >= recordsMax) return records;
  }
}

/** One training set by its id, or by the beginning of it. */
export async function findTrainingSet(session: Session, id: string): Promise<TrainingSetRecord> {
  if (id === "")
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      "Cannot tell which training set is meant: no id is named",
      {
        field: "id",
        hint: "Name an id, or its first 8 or more characters; `timewell training-sets list` shows them.",
      },
    );
  const { trainingSet } = await session.retrieval.describeTrainingSet(
    { project: session.project, trainingSetId: id },
    { signal: session.io.signal },
  );
  return trainingSet!;
}
