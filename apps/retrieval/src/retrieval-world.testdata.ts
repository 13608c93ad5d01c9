import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { CompiledProject } from "@timewell/model";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import { InMemoryIngestLog, InMemoryOfflineCatalog, InMemoryTrainingCatalog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";

import type { RetrievalDeps } from "./retrieval-deps.ts";

/** Retrieval over in-memory reference stores and a real offline engine, in a folder of its own, at one instant. */
export class RetrievalWorld {
  readonly deps: RetrievalDeps;
  readonly #folder: string;

  private constructor(folder: string, deps: RetrievalDeps) {
    this.#folder = folder;
    this.deps = deps;
  }

  /** Makes a world in which nothing was pushed. */
  static async create(project: CompiledProject, nowUs: bigint, graceUs = 0n): Promise<RetrievalWorld> {
    const folder = await mkdtemp(join(tmpdir(), "timewell-retrieval-"));
    const clock = new ManualClock(nowUs);
    let ids = 0;
    return new RetrievalWorld(folder, {
      definitions: { project: () => project, projectAt: async () => project },
      ingestLog: new InMemoryIngestLog(clock),
      offlineCatalog: new InMemoryOfflineCatalog(),
      trainingCatalog: new InMemoryTrainingCatalog(),
      offlineEngine: createDuckdbEngine({
        memoryLimitBytes: 256 * 1024 * 1024,
        threads: 1,
        workersMax: 1,
        tempDirectory: join(folder, "tmp"),
        allowedDirectories: [folder],
      }),
      offlineRoot: join(folder, "offline"),
      labelsRoot: join(folder, "offline", "labels"),
      roots: { dataRoot: folder, otherRoots: [] },
      clock,
      newId: () => `id-${++ids}`,
      graceUs,
    });
  }

  /** Where a file of the data folder is. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Writes a text file to the data folder. */
  async write(name: string, lines: readonly string[]): Promise<void> {
    await writeFile(this.path(name), [...lines, ""].join("\n"));
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    await this.deps.offlineEngine.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
