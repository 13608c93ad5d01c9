import { clone } from "@bufbuild/protobuf";
import { SnapshotSchema, type Snapshot } from "@timewell/contracts";
import type { RegistryStore } from "./registry-store.ts";
import { checkViewIdCount, versionConflict, viewIdMax, viewIdsUsedUp } from "./registry-rules.ts";

/**
 * The reference registry store: it keeps everything in memory and loses it at the end of the process. Every method
 * does its work in one synchronous step, so that nothing can come in between.
 */
export class InMemoryRegistryStore implements RegistryStore {
  readonly engine = "memory";
  readonly #snapshots = new Map<string, Snapshot[]>();
  #lastViewId = 0;

  async load(project: string): Promise<Snapshot | undefined> {
    const latest = this.#snapshots.get(project)?.at(-1);
    return latest === undefined ? undefined : clone(SnapshotSchema, latest);
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

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}
