import type { Snapshot } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { RegistryDeps } from "./registry-deps.ts";

/** How often the store is asked for what other registry processes applied, ms. */
const pollIntervalMs = 500;

/** What a watcher is told: a snapshot, or that this process is alive. */
export interface FeedMessage {
  readonly snapshot?: Snapshot;
  /** True once every project was sent. */
  readonly caughtUp: boolean;
}

/** Longest silence towards a watcher, ms. */
const heartbeatMs = 5_000;

/**
 * The current snapshot of every project, for any number of watchers. Nothing is queued: a slow watcher gets the latest snapshot of
 * each project that changed meanwhile, and none in between.
 */
export class SnapshotFeed {
  readonly #deps: RegistryDeps;
  readonly #latest = new Map<string, Snapshot>();
  readonly #stopping = new AbortController();
  #changed = Promise.withResolvers<void>();
  #polling: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;
  #available: boolean | undefined;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** Reads every project and begins to poll. A store that does not answer yet is asked again. */
  async start(): Promise<void> {
    await this.refresh().catch(() => undefined); // Logged; the poll goes on trying.
    this.#polling = this.#poll();
  }

  /** Ends the poll, and every watcher with SHUTTING_DOWN. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#changed.resolve();
    await this.#polling;
  }

  /** Reads what is new in the store; watchers learn of it before this resolves. One read serves all who ask meanwhile. */
  async refresh(): Promise<void> {
    // A read that began before this call may have missed what its caller stored.
    await this.#refreshing?.catch(() => undefined);
    this.#refreshing ??= this.#read().finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  /** Snapshots of one project, or of all for an empty name: now, and after each change, until the signal is aborted. */
  async *watch(project: string, signal: AbortSignal): AsyncGenerator<FeedMessage> {
    const sent = new Map<string, bigint>();
    if (this.#available !== true) await this.refresh();
    for (let caughtUp = false, silent = false; !signal.aborted;) {
      if (this.#stopping.signal.aborted) throw shuttingDown();
      // Taken before the look, so that a change during a yield is not slept through.
      const changed = this.#changed.promise;
      const news = this.#newsFor(project, sent);
      for (const [index, snapshot] of news.entries()) {
        sent.set(snapshot.project, snapshot.version);
        caughtUp ||= index === news.length - 1;
        yield { snapshot, caughtUp };
      }
      if (news.length > 0) continue;
      if (!caughtUp || silent) yield { caughtUp: true };
      caughtUp = true;
      silent = !(await this.#waitFor(changed, signal));
    }
  }

  #newsFor(project: string, sent: ReadonlyMap<string, bigint>): Snapshot[] {
    const all = project === "" ? [...this.#latest.values()] : [this.#latest.get(project)];
    return all
      .filter((snapshot) => snapshot !== undefined)
      .filter((snapshot) => snapshot.version > (sent.get(snapshot.project) ?? 0n))
      .sort((a, b) => (a.project < b.project ? -1 : 1));
  }

  /** True where something changed, false where only time passed. */
  async #waitFor(changed: Promise<void>, signal: AbortSignal): Promise<boolean> {
    const waited = new AbortController();
    const ends = AbortSignal.any([signal, waited.signal]);
    const late = this.#deps.clock.sleep(heartbeatMs, ends).then(
      () => false,
      () => true, // Aborted: the caller looks why.
    );
    return Promise.race([changed.then(() => true), late]).finally(() => waited.abort());
  }

  async #poll(): Promise<void> {
    const { clock } = this.#deps;
    const stop = this.#stopping.signal;
    while (!stop.aborted) {
      await clock.sleep(pollIntervalMs, stop).catch(() => undefined);
      if (!stop.aborted) await this.refresh().catch(() => undefined); // Logged where it begins to fail.
    }
  }

  async #read(): Promise<void> {
    const { store, log } = this.#deps;
    try {
      let changed = false;
      for (const { project, version } of await store.listProjects()) {
        if ((this.#latest.get(project)?.version ?? 0n) >= version) continue;
        const snapshot = await store.load(project);
        if (snapshot === undefined) continue;
        this.#latest.set(project, snapshot);
        changed = true;
        log.info({ project, version: String(snapshot.version) }, "a project has a new version");
      }
      this.#setAvailable(true);
      if (changed) this.#notify();
    } catch (err) {
      if (this.#available !== false) log.warn({ err }, "the registry store does not answer");
      this.#setAvailable(false);
      throw err;
    }
  }

  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }

  #setAvailable(available: boolean): void {
    if (this.#available === available) return;
    this.#available = available;
    this.#deps.onStoreState?.(available);
  }
}

function shuttingDown(): FeatureStoreError {
  return new FeatureStoreError("SHUTTING_DOWN", "Cannot go on watching: the registry is shutting down", {
    hint: "Watch again; another process, or this one after its restart, will answer.",
  });
}
