import { stat } from "node:fs/promises";
import { join } from "node:path";

import { type CompiledProject, selectLookups, selectRequested } from "@timewell/model";
import type { KeyColumn, TrainingSetEntry } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";
import type { ErasedEntity } from "./erased-entity.ts";

const pageEntries = 200;

/** Stored training sets, and files of labels on this server, that hold an entity. */
export interface EntityLabels {
  /** Ids of the training sets whose labels have the entity, in order. */
  readonly trainingSetIds: readonly string[];
  /** Absolute paths. */
  readonly files: readonly string[];
}

type LabelsDeps = Pick<IngestionDeps, "definitions" | "trainingCatalog" | "offlineEngine" | "labelsRoot">;

/**
 * Looks for an entity among the labels of stored training sets. Features of an entity are only in rows whose label names it, so its labels
 * say of which training sets it is a part. Labels that are not on this server are not looked at.
 */
export async function entityLabels(deps: LabelsDeps, entity: ErasedEntity): Promise<EntityLabels> {
  const entries = await allEntries(deps, entity.project);
  const files = new Map<string, readonly LabelsOnServer[]>();
  const holding = new Set<string>();
  for (const entry of entries) {
    const { labelsDigest } = entry;
    if (!files.has(labelsDigest)) files.set(labelsDigest, await labelsOnServer(deps, labelsDigest));
    if (holding.has(labelsDigest) || files.get(labelsDigest)!.length === 0) continue;
    const keys = await labelColumns(deps, entry, entity);
    for (const { format, path } of files.get(labelsDigest)!) {
      for (const key of keys) {
        if (holding.has(labelsDigest)) break;
        if ((await deps.offlineEngine.countKey(format, path, key)) > 0) holding.add(labelsDigest);
      }
    }
  }
  return {
    trainingSetIds: entries
      .filter(({ labelsDigest }) => holding.has(labelsDigest))
      .map(({ trainingSetId }) => trainingSetId)
      .sort(),
    files: [...holding].flatMap((digest) => files.get(digest)!.map(({ path }) => path)).sort(),
  };
}

interface LabelsOnServer {
  readonly format: "arrow" | "parquet" | "csv";
  readonly path: string;
}

/** Labels of a digest: kept with a training set, and those of a call, which are kept for a day. */
async function labelsOnServer(
  { labelsRoot }: Pick<LabelsDeps, "labelsRoot">,
  digest: string,
): Promise<LabelsOnServer[]> {
  const kept = (["arrow", "parquet", "csv"] as const).map((format) => ({
    format,
    path: join(labelsRoot, "kept", `${digest}.${format}`),
  }));
  const all = [...kept, { format: "arrow" as const, path: join(labelsRoot, `${digest}.arrow`) }];
  const there = await Promise.all(
    all.map(({ path }) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return all.filter((_, i) => there[i]);
}

async function allEntries(
  { trainingCatalog }: Pick<LabelsDeps, "trainingCatalog">,
  project: string,
): Promise<TrainingSetEntry[]> {
  const entries: TrainingSetEntry[] = [];
  for (;;) {
    const after = entries.at(-1);
    const page = await trainingCatalog.listTrainingSets({ project, after, entriesMax: pageEntries });
    entries.push(...page.map(({ entry }) => entry));
    if (page.length < pageEntries) return entries;
  }
}

/** The entity's key in the label columns of each view that a training set joins by it. */
async function labelColumns(
  { definitions }: Pick<LabelsDeps, "definitions">,
  { registryVersion, request }: TrainingSetEntry,
  { project, entity, inViews }: ErasedEntity,
): Promise<KeyColumn[][]> {
  const current = definitions.project(project);
  const then =
    current.version === registryVersion
      ? current
      : ((await definitions.projectAt?.(project, registryVersion)) ?? current);
  const latest = inViews[0]!;
  return selectedViews(then, request)
    .filter(({ view }) => view.entity === entity)
    .flatMap(({ view, keyNames }) => {
      const { key } = inViews.find((one) => one.view.id === view.id) ?? latest;
      const columns = view.keys.map(({ name }, i): KeyColumn | undefined => {
        const part = key.find(({ column }) => column === name);
        return part && { ...part, column: keyNames[i]! };
      });
      const known = columns.filter((part) => part !== undefined);
      return known.length === columns.length ? [known] : [];
    });
}

function selectedViews(project: CompiledProject, { selection }: TrainingSetEntry["request"]) {
  if (selection.case === "lookups") return selectLookups(project, selection.value).selection.views;
  return selection.case === "trainingSetId" ? [] : selectRequested(project, selection).views;
}
