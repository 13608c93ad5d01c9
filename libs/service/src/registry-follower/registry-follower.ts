import type { Client } from "@connectrpc/connect";
import type { FeatureRegistry, Snapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { compileProject, type CompiledProject, type CompiledView } from "@timewell/model";
import type { Clock } from "@timewell/ttl";
import { distance } from "fastest-levenshtein";
import type { Logger } from "pino";
import { untilAborted } from "../interceptors/until-aborted.ts";
import { DeletedViews } from "./deleted-views.ts";
import { OldProjects } from "./old-projects.ts";
import { SnapshotDirectory } from "./snapshot-directory.ts";

/** Where a follower gets its snapshots. */
export interface RegistryFollowerInit {
  /** A client of the registry, over any transport. */
  readonly client: Pick<Client<typeof FeatureRegistry>, "watchRegistry" | "getSnapshot">;
  /** Folder that keeps snapshots over restarts. Absent: none is kept. */
  readonly snapshotDirectory?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const retryFirstMs = 100;
const retryMaxMs = 2_000;
/** The registry gives a sign of life every 5 s; silence of three of them is a dead connection. */
const silenceMaxMs = 15_000;

interface Waiter {
  readonly project: string;
  readonly version: bigint;
  readonly resolve: () => void;
}

/** Keeps the compiled definitions of every project, and answers from them while the registry is down. */
export class RegistryFollower {
  readonly #init: RegistryFollowerInit;
  readonly #directory: SnapshotDirectory | undefined;
  readonly #projects = new Map<string, CompiledProject>();
  /** The same in order of name: rows of the log ask for them one by one. */
  #listed: readonly CompiledProject[] = [];
  readonly #oldProjects: OldProjects;
  readonly #deletedViews = new DeletedViews((name, version) => this.projectAt(name, version));
  readonly #listeners = new Set<(project: CompiledProject) => void>();
  readonly #waiters = new Set<Waiter>();
  readonly #closing = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  #heardAtMs: number | undefined;
  #loaded = false;

  constructor(init: RegistryFollowerInit) {
    this.#init = init;
    this.#oldProjects = new OldProjects(init.client);
    const { snapshotDirectory: path, log } = init;
    this.#directory = path === undefined ? undefined : new SnapshotDirectory(path, log);
    void this.#run();
  }

  /** Resolves when there is something to answer from: snapshots on disk, or everything that the registry has. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The project as it is now; PROJECT_NOT_FOUND with the nearest name, REGISTRY_UNAVAILABLE where nothing was ever loaded. */
  project(name: string): CompiledProject {
    const found = this.#projects.get(name);
    if (found !== undefined) return found;
    if (!this.#loaded) {
      throw new FeatureStoreError(
        "REGISTRY_UNAVAILABLE",
        "Cannot read definitions: the registry has not answered yet",
        {
          hint: "Start the registry, or check the address under which it is looked for.",
        },
      );
    }
    throw new FeatureStoreError("PROJECT_NOT_FOUND", `Cannot find project ${JSON.stringify(name)}`, {
      field: "project",
      hint: this.#suggest(name),
    });
  }

  /**
   * The project as it was at a version; one that is not current is asked of the registry. PROJECT_NOT_FOUND where there is none,
   * REGISTRY_UNAVAILABLE where the registry does not answer.
   */
  async projectAt(name: string, version: bigint): Promise<CompiledProject> {
    const current = this.#projects.get(name);
    return current?.version === version ? current : this.#oldProjects.projectAt(name, version);
  }

  /** A view version that was deleted, by its id, as it was last; undefined where it is not found. REGISTRY_UNAVAILABLE. */
  deletedView(viewId: number): Promise<CompiledView | undefined> {
    return this.#deletedViews.find(viewId, this.projects());
  }

  /** Every project, in order of name. */
  projects(): readonly CompiledProject[] {
    return this.#listed;
  }

  /** How long ago the registry was last heard of, ms; undefined where it never was in this process. */
  ageMs(): number | undefined {
    return this.#heardAtMs === undefined ? undefined : this.#init.clock.monotonicMs() - this.#heardAtMs;
  }

  /** Calls back with each new version of a project until the result is called. */
  onChange(listener: (project: CompiledProject) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the project has at least this version; rejects with the signal's reason, or at `close`. */
  async waitForVersion(project: string, version: bigint, signal?: AbortSignal): Promise<void> {
    if ((this.#projects.get(project)?.version ?? 0n) >= version) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { project, version, resolve };
    this.#waiters.add(waiter);
    const ends =
      signal === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, signal]);
    try {
      await untilAborted(promise, ends);
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  /** Stops to follow. What is known stays readable. */
  close(): void {
    this.#closing.abort(
      new FeatureStoreError("SHUTTING_DOWN", "Cannot follow the registry: the process is ending"),
    );
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#init;
    const stop = this.#closing.signal;
    await this.#loadFromDisk();
    for (let delayMs = retryFirstMs; !stop.aborted; delayMs = Math.min(delayMs * 2, retryMaxMs)) {
      try {
        for await (const _message of this.#watch()) delayMs = retryFirstMs;
      } catch (err) {
        if (!stop.aborted)
          log.warn({ err, ageMs: this.ageMs() }, "the registry cannot be followed; trying again");
      }
      await clock.sleep(delayMs, stop).catch(() => undefined);
    }
  }

  async #loadFromDisk(): Promise<void> {
    try {
      const snapshots = (await this.#directory?.load()) ?? [];
      for (const snapshot of snapshots) this.#take(snapshot);
      if (snapshots.length === 0) return;
    } catch (err) {
      this.#init.log.warn({ err }, "snapshots on disk cannot be read");
      return;
    }
    this.#loaded = true;
    this.#ready.resolve();
  }

  async *#watch(): AsyncGenerator<void> {
    const { client, clock } = this.#init;
    const silent = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, silent.signal]);
    let heard = new AbortController();
    const listenForSilence = () => {
      heard.abort();
      heard = new AbortController();
      clock.sleep(silenceMaxMs, heard.signal).then(
        () => silent.abort(new Error("the registry fell silent")),
        () => undefined, // A message came.
      );
    };
    try {
      listenForSilence();
      for await (const message of client.watchRegistry({ project: "" }, { signal, timeoutMs: 0 })) {
        listenForSilence();
        this.#heardAtMs = clock.monotonicMs();
        if (message.snapshot !== undefined) {
          this.#take(message.snapshot);
          await this.#keep(message.snapshot);
        }
        if (message.caughtUp) {
          this.#loaded = true;
          this.#ready.resolve();
        }
        yield;
      }
    } finally {
      heard.abort();
    }
  }

  #take(snapshot: Snapshot): void {
    const known = this.#projects.get(snapshot.project);
    if (known !== undefined && known.version >= snapshot.version) return;
    let compiled: CompiledProject;
    try {
      compiled = compileProject(snapshot);
    } catch (err) {
      const { project, version } = snapshot;
      this.#init.log.error(
        { err, project, version: String(version) },
        "a snapshot does not compile; the last one stays",
      );
      return;
    }
    this.#projects.set(snapshot.project, compiled);
    this.#listed = [...this.#projects.values()].sort((a, b) => (a.project < b.project ? -1 : 1));
    for (const waiter of this.#waiters) {
      if (waiter.project === snapshot.project && compiled.version >= waiter.version) waiter.resolve();
    }
    for (const listener of this.#listeners) listener(compiled);
  }

  async #keep(snapshot: Snapshot): Promise<void> {
    try {
      await this.#directory?.save(snapshot);
    } catch (err) {
      this.#init.log.warn({ err, project: snapshot.project }, "a snapshot cannot be kept on disk");
    }
  }

  #suggest(name: string): string {
    const names = [...this.#projects.keys()].sort((a, b) => distance(name, a) - distance(name, b));
    const nearest = names[0];
    if (nearest === undefined) return "There are no projects yet: apply definitions first.";
    return distance(name, nearest) <= Math.max(2, Math.floor(name.length / 3))
      ? `Did you mean ${nearest}?`
      : `The projects are ${names.sort().slice(0, 5).join(", ")}.`;
  }
}

/** Begins to follow the registry. */
export function createRegistryFollower(init: RegistryFollowerInit): RegistryFollower {
  return new RegistryFollower(init);
}
