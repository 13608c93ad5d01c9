import { join, resolve } from "node:path";

import type { ConfigOf } from "../config/config-option.ts";
import type { offlineOptions } from "../config/offline-options.ts";
import type { AllowedRoots } from "./resolve-allowed-path.ts";

/** The folders and limits of offline work, resolved. */
export interface OfflineFolders {
  /** Folder of the segments. */
  readonly offlineRoot: string;
  /** Folder of uploaded labels. */
  readonly labelsRoot: string;
  /** Where files that callers name may lie. */
  readonly roots: AllowedRoots;
  /** What the offline engine may use. */
  readonly engine: {
    readonly memoryLimitBytes: number;
    readonly threads: number;
    readonly workersMax: number;
    readonly tempDirectory: string;
    readonly allowedDirectories: readonly string[];
  };
}

/** Resolves the folders that an app's options name against the working directory. */
export function offlineFolders(config: ConfigOf<ReturnType<typeof offlineOptions>>): OfflineFolders {
  const offlineRoot = resolve(config.offlineDir);
  const roots = {
    dataRoot: resolve(config.dataRoot),
    otherRoots: config.allowRoot.map((root) => resolve(root)),
  };
  return {
    offlineRoot,
    labelsRoot: join(offlineRoot, "labels"),
    roots,
    engine: {
      memoryLimitBytes: config.memoryLimit,
      threads: config.duckdbThreads,
      workersMax: config.duckdbWorkers,
      tempDirectory: resolve(config.tempDir),
      allowedDirectories: [offlineRoot, roots.dataRoot, ...roots.otherRoots],
    },
  };
}
