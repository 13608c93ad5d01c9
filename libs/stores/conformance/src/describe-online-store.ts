import type { OnlineStore } from "@timewell/store-ports";
import { describe, expect, it } from "vitest";
import { ManualClock } from "@timewell/ttl";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { onlineStoreApplies } from "./online-store-applies.ts";
import { onlineStoreExpires } from "./online-store-expires.ts";
import { onlineStoreFences } from "./online-store-fences.ts";
import { onlineStoreGarbage } from "./online-store-garbage.ts";
import { onlineStoreLatestWins } from "./online-store-latest-wins.ts";
import { onlineStorePersists } from "./online-store-persists.ts";
import { onlineStoreReads } from "./online-store-reads.ts";
import { onlineStoreRemoves } from "./online-store-removes.ts";
import { onlineStoreStamps, onlineStoreStampsByClock } from "./online-store-stamps.ts";

/**
 * What an engine may lack:
 *
 * - `expires`: `expiresAtUs` is obeyed;
 * - `clock`: stamps come from the clock that is passed in;
 * - `persists`: everything is there again after `close` and another `open` of the place, and two handles that are
 *   open at the same time see one store.
 */
export type OnlineStoreCategory = "expires" | "clock" | "persists";

/** How to run the suite. */
export interface OnlineStoreSuiteOptions {
  /** Categories that the engine does not support, each with the reason. */
  readonly gaps?: Partial<Record<OnlineStoreCategory, string>>;
}

/** Registers the tests that every `OnlineStore` must pass. Call it at the top of a test file. */
export function describeOnlineStore(
  name: string,
  factory: EnginePlaceFactory<OnlineStore>,
  { gaps = {} }: OnlineStoreSuiteOptions = {},
): void {
  describe(`${name} is an OnlineStore`, () => {
    onlineStoreReads(factory);
    onlineStoreApplies(factory);
    onlineStoreLatestWins(factory);
    onlineStoreStamps(factory);
    onlineStoreFences(factory);
    onlineStoreGarbage(factory);
    onlineStoreRemoves(factory);
    if (gaps.clock === undefined) onlineStoreStampsByClock(factory);
    if (gaps.persists === undefined) onlineStorePersists(factory);
    if (gaps.expires === undefined) onlineStoreExpires(factory);
    it("expiresPhysically says whether rows expire", () =>
      withEngine(factory, new ManualClock(), async (store) => {
        expect(store.expiresPhysically).toBe(gaps.expires === undefined);
      }));
  });
}
