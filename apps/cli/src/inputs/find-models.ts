import type { Model } from "@timewell/contracts";
import type { Session } from "../session.ts";

/** Which recorded models to look for. */
export interface ModelsWanted {
  readonly view?: string;
  readonly service?: string;
  readonly name?: string;
  readonly trainingSet?: string;
}

/** Recorded models of the project, all pages, the latest first. */
export async function findModels(session: Session, wanted: ModelsWanted): Promise<Model[]> {
  const models: Model[] = [];
  for (let pageToken = ""; ;) {
    const page = await session.registry.listModels(
      {
        project: session.project,
        view: wanted.view ?? "",
        featureService: wanted.service ?? "",
        name: wanted.name ?? "",
        trainingSetId: wanted.trainingSet ?? "",
        pageSize: 1_000,
        pageToken,
      },
      { signal: session.io.signal },
    );
    models.push(...page.models);
    pageToken = page.nextPageToken;
    if (pageToken === "") return models;
  }
}
