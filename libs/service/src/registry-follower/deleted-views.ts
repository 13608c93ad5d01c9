import { FeatureStoreError } from "@timewell/errors";
import type { CompiledProject, CompiledView } from "@timewell/model";

/** Most versions of a project that are looked through: a view whose rows are still wanted was deleted a short while ago. */
const versionsMax = 100;

/** Finds views that are in no definitions any more, by their ids, in the versions of before. */
export class DeletedViews {
  readonly #projectAt: (name: string, version: bigint) => Promise<CompiledProject>;
  /** What was found; ids are never given again. */
  readonly #found = new Map<number, CompiledView | undefined>();

  constructor(projectAt: (name: string, version: bigint) => Promise<CompiledProject>) {
    this.#projectAt = projectAt;
  }

  /** The last definition of a view version, of those that `current` had before; undefined where none of them had it. */
  async find(viewId: number, current: readonly CompiledProject[]): Promise<CompiledView | undefined> {
    if (!this.#found.has(viewId)) this.#found.set(viewId, await this.#search(viewId, current));
    return this.#found.get(viewId);
  }

  async #search(viewId: number, current: readonly CompiledProject[]): Promise<CompiledView | undefined> {
    for (let back = 1n; back <= versionsMax; back += 1n) {
      for (const { project, version } of current) {
        if (version <= back) continue;
        const before = await this.#projectAt(project, version - back).catch(asAbsent);
        const view = before?.viewsById.get(viewId);
        if (view !== undefined) return view;
      }
    }
    return undefined;
  }
}

/** A version that is not there, or cannot be compiled, has no views; anything else may pass. */
function asAbsent(reason: unknown): undefined {
  const { kind } = FeatureStoreError.from(reason);
  if (kind === "PROJECT_NOT_FOUND" || kind === "DATA_LOSS") return undefined;
  throw reason;
}
