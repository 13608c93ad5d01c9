import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";
import type { ApplyOptions, ApplyOutcome, Fence, OnlineWrite } from "@timewell/store-ports";

import type { IngestionDeps } from "../ingestion-deps.ts";
import { keySha256Of } from "./erased-entity.ts";

type WriteDeps = Pick<IngestionDeps, "onlineStore" | "trainingCatalog">;

/**
 * Writes what was read some time ago, from source files, segments or the log, without the entities that were being erased since. To be begun
 * before the first of it is read. An erase is recorded before it removes rows online, and the store refuses what was sent under a fence of
 * before: then the record is looked at again, and the rest is written.
 */
export class UnerasedWrites {
  readonly #deps: WriteDeps;
  readonly #viewId: number;
  readonly #erased = new Set<string>();
  #begun: number | undefined;
  #fence: Fence | undefined;

  private constructor(deps: WriteDeps, viewId: number) {
    this.#deps = deps;
    this.#viewId = viewId;
  }

  /** Begins to write rows of a view. */
  static async begin(deps: WriteDeps, view: Pick<CompiledView, "id">): Promise<UnerasedWrites> {
    const writes = new UnerasedWrites(deps, view.id);
    await writes.look();
    return writes;
  }

  /** Learns of erases that were recorded by now. */
  async look(): Promise<void> {
    const { onlineStore, trainingCatalog } = this.#deps;
    const fence = await onlineStore.removalFence();
    const { begun, keysSha256 } = await trainingCatalog.erasedKeys(this.#viewId, this.#begun);
    for (const key of keysSha256) this.#erased.add(key);
    this.#begun = begun;
    this.#fence = fence;
  }

  /** True for an entity that was being erased at the last look or before, since the beginning. */
  isErased(entityKey: Uint8Array): boolean {
    if (this.#erased.size === 0) return false;
    return this.#erased.has(keySha256Of(entityKey));
  }

  /** The outcomes of the writes, without those of erased entities. */
  async apply(
    writes: readonly OnlineWrite[],
    options: Pick<ApplyOptions, "onEqual">,
  ): Promise<ApplyOutcome[]> {
    for (;;) {
      const fence = this.#fence;
      const kept = writes.filter(({ entityKey }) => !this.isErased(entityKey));
      try {
        return await this.#deps.onlineStore.apply(kept, { ...options, fence });
      } catch (error) {
        if (!(error instanceof FeatureStoreError) || error.kind !== "FENCED") throw error;
        await this.look();
      }
    }
  }
}
