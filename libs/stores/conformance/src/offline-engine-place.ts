import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OfflineEngine } from "@timewell/store-ports";
import { afterAll, beforeAll } from "vitest";

/** Opens an engine that may read and write files under `folder`. The suite closes it. */
export type OfflineEngineFactory = (folder: string) => Promise<OfflineEngine>;

/** An engine and its folder, both there while tests run. */
export interface OfflinePlace {
  readonly engine: OfflineEngine;
  /** A new absolute path in the folder. */
  path(name: string): string;
}

/** One engine for all tests of a `describe` block. */
export function useOfflineEngine(factory: OfflineEngineFactory): OfflinePlace {
  let folder = "";
  let engine: OfflineEngine | undefined;
  let files = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "timewell-offline-"));
    engine = await factory(folder);
  });
  afterAll(async () => {
    await engine?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get engine() {
      return engine!;
    },
    path: (name) => join(folder, `${files++}-${name}`),
  };
}

/** A signal that is never aborted. */
export const neverAborted = new AbortController().signal;
