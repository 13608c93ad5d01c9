import { describe } from "vitest";
import { joins } from "./offline-engine-joins.ts";
import type { OfflineEngineFactory } from "./offline-engine-place.ts";

/** Registers the tests that every `OfflineEngine` must pass. Call it at the top of a test file. */
export function describeOfflineEngine(name: string, factory: OfflineEngineFactory): void {
  describe(`${name} is an OfflineEngine`, () => {
    joins(factory);
  });
}
