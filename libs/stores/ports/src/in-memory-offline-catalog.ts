import type {
  Backfill,
  BackfillRange,
  Manifest,
  ManifestCommit,
  MaterializeRun,
  OfflineCatalog,
  RunResult,
  Segment,
  SegmentGarbage,
} from "./offline-catalog.ts";
import { addGap, type OnlineGap, type OnlineSighting } from "./online-gaps.ts";
import { checkManifestCommit, manifestConflict, unknownBackfill, unknownRun } from "./offline-rules.ts";

/**
 * The reference catalog: it keeps everything in memory and loses it at the end of the process. Every method does its
 * work in one synchronous step, so that nothing can come in between.
 */
export class InMemoryOfflineCatalog implements OfflineCatalog {
  readonly engine = "memory";
  readonly #usedPaths = new Set<string>();
  readonly #garbage = new Map<string, bigint>();
  readonly #runs: MaterializeRun[] = [];
  #runsBegun = 0n;
  readonly #backfills: (BackfillRange & { readonly doneChunks: Set<number> })[] = [];
  readonly #gaps = new Map<string, OnlineGap[]>();
  readonly #sightings = new Map<string, OnlineSighting>();
  #manifest: Manifest = { version: 0n, segments: [], flushed: new Map() };

  async manifest(): Promise<Manifest> {
    const { version, segments, flushed } = this.#manifest;
    return { version, segments: segments.map((segment) => ({ ...segment })), flushed: new Map(flushed) };
  }

  async commit(baseVersion: bigint, change: ManifestCommit): Promise<bigint> {
    const { version, segments, flushed } = this.#manifest;
    if (baseVersion !== version) throw manifestConflict(baseVersion, version);
    checkManifestCommit(this.#manifest, this.#usedPaths, change);
    const removed = new Set(change.removed);
    const kept = segments.filter(({ path }) => !removed.has(path));
    for (const { path } of change.added) this.#usedPaths.add(path);
    for (const path of change.removed) this.#garbage.set(path, change.removedAtUs ?? 0n);
    this.#manifest = {
      version: version + 1n,
      segments: [
        ...kept,
        ...change.added.map((segment) => ({ ...segment, addedVersion: version + 1n })),
      ].sort(byPath),
      flushed: new Map([...flushed, ...change.flushed].sort(([a], [b]) => a - b)),
    };
    return this.#manifest.version;
  }

  async segmentGarbage(): Promise<SegmentGarbage[]> {
    return [...this.#garbage]
      .map(([path, removedAtUs]) => ({ path, removedAtUs }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async forgetGarbage(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#garbage.delete(path);
  }

  async beginRun(viewId: number, fromUs: bigint, toUs: bigint, startedAtUs: bigint): Promise<bigint> {
    const run = (this.#runsBegun += 1n);
    this.#runs.push({ run, viewId, fromUs, toUs, startedAtUs });
    return run;
  }

  async finishRun(run: bigint, result: RunResult): Promise<void> {
    const index = this.#runs.findIndex((it) => it.run === run);
    const begun = this.#runs[index];
    if (begun === undefined) throw unknownRun(run);
    if (begun.finished === undefined) this.#runs[index] = { ...begun, finished: { ...result } };
  }

  async finishedRuns(viewId: number): Promise<MaterializeRun[]> {
    return this.#runs.filter((it) => it.viewId === viewId && it.finished !== undefined);
  }

  async replaceRuns(run: MaterializeRun, others: readonly bigint[]): Promise<void> {
    const kept = this.#runs.filter((it) => !others.includes(it.run));
    this.#runs.splice(0, this.#runs.length, ...kept.map((it) => (it.run === run.run ? { ...run } : it)));
  }

  async openBackfill(range: BackfillRange): Promise<Backfill> {
    let index = this.#backfills.findIndex((it) => isSameRange(it, range));
    if (index < 0) index = this.#backfills.push({ ...range, doneChunks: new Set() }) - 1;
    const known = this.#backfills[index]!;
    return { ...known, id: BigInt(index + 1), doneChunks: new Set(known.doneChunks) };
  }

  async finishChunk(id: bigint, chunk: number): Promise<void> {
    const backfill = this.#backfills[Number(id) - 1];
    if (backfill === undefined) throw unknownBackfill(id);
    backfill.doneChunks.add(chunk);
  }

  async forgetChunks(id: bigint): Promise<void> {
    this.#backfills[Number(id) - 1]?.doneChunks.clear();
  }

  async recordGap(gap: OnlineGap): Promise<void> {
    this.#gaps.set(gap.store, addGap(this.#gaps.get(gap.store) ?? [], gap));
  }

  async onlineGaps(): Promise<OnlineGap[]> {
    return [...this.#gaps.keys()]
      .sort()
      .flatMap((store) => this.#gaps.get(store)!.map((gap) => ({ ...gap })));
  }

  async recordSighting(sighting: OnlineSighting): Promise<void> {
    const before = this.#sightings.get(sighting.store);
    if (before === undefined || before.atUs <= sighting.atUs)
      this.#sightings.set(sighting.store, { ...sighting });
  }

  async lastSighting(store: string): Promise<OnlineSighting | undefined> {
    return this.#sightings.get(store);
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}

function isSameRange(a: BackfillRange, b: BackfillRange): boolean {
  return a.viewId === b.viewId && a.fromUs === b.fromUs && a.toUs === b.toUs && a.chunkUs === b.chunkUs;
}

function byPath(a: Segment, b: Segment): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
