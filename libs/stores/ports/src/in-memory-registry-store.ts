import { clone } from "@bufbuild/protobuf";
import { ModelSchema, SnapshotSchema, type Model, type Snapshot } from "@timewell/contracts";
import type { ModelFilter, RecordedModel } from "./recorded-model.ts";
import type { RegistryStore } from "./registry-store.ts";
import { checkViewIdCount, versionConflict, viewIdMax, viewIdsUsedUp } from "./registry-rules.ts";

/**
 * The reference registry store: it keeps everything in memory and loses it at the end of the process. Every method
 * does its work in one synchronous step, so that nothing can come in between.
 */
export class InMemoryRegistryStore implements RegistryStore {
  readonly engine = "memory";
  readonly #snapshots = new Map<string, Snapshot[]>();
  /** In the order in which they were recorded. */
  readonly #models: { readonly project: string; readonly model: Model }[] = [];
  #lastViewId = 0;

  async load(project: string, version?: bigint): Promise<Snapshot | undefined> {
    const versions = this.#snapshots.get(project);
    const found = version === undefined ? versions?.at(-1) : versions?.find((it) => it.version === version);
    return found === undefined ? undefined : clone(SnapshotSchema, found);
  }

  async listProjects(): Promise<{ readonly project: string; readonly version: bigint }[]> {
    return [...this.#snapshots]
      .map(([project, versions]) => ({ project, version: BigInt(versions.length) }))
      .sort((a, b) => (a.project < b.project ? -1 : 1));
  }

  async allocateViewIds(count: number): Promise<number[]> {
    checkViewIdCount(count);
    if (count > viewIdMax - this.#lastViewId) throw viewIdsUsedUp(count);
    const first = this.#lastViewId + 1;
    this.#lastViewId += count;
    return Array.from({ length: count }, (_, i) => first + i);
  }

  async save(snapshot: Snapshot): Promise<void> {
    const versions = this.#snapshots.get(snapshot.project) ?? [];
    const storedVersion = BigInt(versions.length);
    if (snapshot.version !== storedVersion + 1n) {
      throw versionConflict(`project ${snapshot.project}`, snapshot.version, storedVersion);
    }
    versions.push(clone(SnapshotSchema, snapshot));
    this.#snapshots.set(snapshot.project, versions);
  }

  async recordModel(project: string, model: Model): Promise<Model> {
    const known = this.#models.find(
      (it) => it.project === project && it.model.name === model.name && it.model.version === model.version,
    );
    if (known === undefined) this.#models.push({ project, model: clone(ModelSchema, model) });
    return clone(ModelSchema, known?.model ?? model);
  }

  async listModels(project: string, filter: ModelFilter, modelsMax: number): Promise<RecordedModel[]> {
    return this.#models
      .map((it, i) => ({ ...it, number: BigInt(i) + 1n }))
      .filter((it) => it.project === project && fits(it, filter))
      .reverse()
      .slice(0, modelsMax)
      .map(({ number, model }) => ({ number, model: clone(ModelSchema, model) }));
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}

function fits({ number, model }: RecordedModel, filter: ModelFilter): boolean {
  const { view, featureService, name, trainingSetId, before } = filter;
  return (
    (view === undefined || model.views.some((it) => it.view === view)) &&
    (featureService === undefined || model.featureService === featureService) &&
    (name === undefined || model.name === name) &&
    (trainingSetId === undefined || model.trainingSetId === trainingSetId) &&
    (before === undefined || number < before)
  );
}
