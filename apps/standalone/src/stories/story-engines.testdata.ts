import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

import { createDuckdbEngine } from "@timewell/store-duckdb";
import { openLmdbIngestLog, openLmdbOnlineStore } from "@timewell/store-lmdb";
import {
  InMemoryIngestLog,
  InMemoryOfflineCatalog,
  InMemoryOnlineStore,
  InMemoryTrainingCatalog,
  type IngestLog,
  type OfflineCatalog,
  type OfflineEngine,
  type OnlineStore,
  type TrainingCatalog,
} from "@timewell/store-ports";
import { type Clock, ManualClock } from "@timewell/ttl";

import { counted } from "./mortal.testdata.ts";
import { type JournalEntry, StagedStore } from "./staged-store.testdata.ts";

/** What a store has after it was started again: everything, all but its last writes, or nothing. */
export type Kept = "all" | "most" | "none";

/** What a story stands on. */
export interface StoryEngines {
  readonly clock: Clock;
  /** What a unit of the story's time takes, ms. */
  readonly unitMs: number;
  /** True where time stands still unless it is told to pass, so that instants can be met exactly. */
  readonly isExact: boolean;
  readonly folder: string;
  readonly store: StagedStore;
  readonly ingestLog: IngestLog;
  readonly offlineCatalog: OfflineCatalog;
  readonly trainingCatalog: TrainingCatalog;
  readonly offlineEngine: OfflineEngine;
  /** How long a lease lasts, ms. */
  readonly leaseMs: number;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
  /** Returns when nothing is under way. */
  quiet(): Promise<void>;
  /** Ends the store by force. */
  kill(): Promise<void>;
  /** Starts it again. */
  restart(kept: Kept): Promise<void>;
  close(): Promise<void>;
}

/** Batches that a store loses with its last writes; older ones than this, µs, it never loses. */
const batchesLost = 3;
const forgottenUs = 590_000_000n;

const startUs = 1_767_225_600_000_000n;

/** The engines of one process, at a time that the story decides. */
export async function embeddedEngines(
  online: "memory" | "lmdb",
  offlineEngine: OfflineEngine,
  folder: string,
): Promise<StoryEngines> {
  const clock = new ManualClock(startUs);
  const count = { inFlight: 0 };
  let stores = 0;
  const path = () => join(folder, `online-${stores}`);
  const open = (): Promise<OnlineStore> =>
    online === "memory"
      ? Promise.resolve(new InMemoryOnlineStore(clock))
      : openLmdbOnlineStore({ path: path(), clock });
  let inner = await open();
  const store = new StagedStore(inner, clock);
  const ingestLog =
    online === "memory"
      ? new InMemoryIngestLog(clock)
      : await openLmdbIngestLog({ path: join(folder, "log"), clock });
  return {
    clock,
    unitMs: 2_000,
    isExact: true,
    folder,
    store,
    ingestLog: counted(ingestLog, count),
    offlineCatalog: counted(new InMemoryOfflineCatalog(), count),
    trainingCatalog: new InMemoryTrainingCatalog(),
    offlineEngine: counted(offlineEngine, count),
    leaseMs: 15_000,
    advance: (ms) => clock.advance(ms),
    async quiet() {
      for (let turns = 0; turns < 4; turns++) {
        await turn();
        if (store.inFlight > 0 || count.inFlight > 0) turns = 0;
      }
    },
    async kill() {
      store.isDown = true;
    },
    async restart(kept) {
      if (online === "lmdb") {
        await inner.close();
        if (kept !== "all") stores++;
        inner = await open();
      } else if (kept !== "all") {
        inner = await open();
        const { journal } = store;
        const isOld = ({ atUs }: JournalEntry) => atUs < clock.nowUs() - forgottenUs;
        const sure = journal.findLastIndex(isOld) + 1;
        journal.splice(kept === "none" ? 0 : Math.max(sure, journal.length - batchesLost));
        for (const { writes, options } of store.journal) await inner.apply(writes, options);
      }
      store.become(inner);
      store.isDown = false;
    },
    async close() {
      await Promise.all([inner.close(), ingestLog.close()]);
    },
  };
}

/** A folder, and a real offline engine that may read it; both for several stories. */
export async function storyPlace(): Promise<{
  readonly offlineEngine: OfflineEngine;
  /** A folder of its own for each story. */
  newFolder(): Promise<string>;
  close(): Promise<void>;
}> {
  const root = await mkdtemp(join(tmpdir(), "timewell-story-"));
  const offlineEngine = createDuckdbEngine({
    memoryLimitBytes: 256 * 2 ** 20,
    threads: 1,
    workersMax: 2,
    tempDirectory: join(root, "tmp"),
    allowedDirectories: [root],
  });
  return {
    offlineEngine,
    newFolder: () => mkdtemp(join(root, "story-")),
    async close() {
      await offlineEngine.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
