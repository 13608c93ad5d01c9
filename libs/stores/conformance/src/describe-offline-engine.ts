import { describe } from "vitest";
import { erases } from "./offline-engine-erases.ts";
import { rowsInGaps } from "./offline-engine-gaps.ts";
import { joins } from "./offline-engine-joins.ts";
import { labelRows } from "./offline-engine-labels.ts";
import { trainingParts } from "./offline-engine-parts.ts";
import { merges } from "./offline-engine-merges.ts";
import type { OfflineEngineFactory } from "./offline-engine-place.ts";
import { scans } from "./offline-engine-scans.ts";
import { timeRange } from "./offline-engine-time-range.ts";
import { types } from "./offline-engine-types.ts";
import { windowedViews } from "./offline-engine-windows.ts";
import { windowsAgain } from "./offline-engine-windows-again.ts";
import { zeros } from "./offline-engine-zeros.ts";

/** Registers the tests that every `OfflineEngine` must pass. Call it at the top of a test file. */
export function describeOfflineEngine(name: string, factory: OfflineEngineFactory): void {
  describe(`${name} is an OfflineEngine`, () => {
    joins(factory);
    labelRows(factory);
    trainingParts(factory);
    rowsInGaps(factory);
    types(factory);
    zeros(factory);
    scans(factory);
    merges(factory);
    timeRange(factory);
    erases(factory);
    windowedViews(factory);
    windowsAgain(factory);
  });
}
