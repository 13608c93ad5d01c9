import { InMemoryOnlineStore, type OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { ServingDeps } from "../serving-deps.ts";
import { compileRequestPlan } from "./request-plan.ts";
import { slowTwin } from "./slow-twin.testdata.ts";
import { graceUs, typedCases } from "./typed-case.testdata.ts";
import { createTypedGet } from "./typed-get.ts";

const nowUs = 1_767_225_600_000_000n;

/** Serving over a store at an instant that stands still. */
export function servingOver(onlineStore: OnlineStore, clock = new ManualClock(nowUs)): ServingDeps {
  return {
    definitions: { project: fail, projects: () => [], onChange: () => () => undefined, ageMs: () => 0 },
    onlineStore,
    clock,
    graceUs,
    metrics: {
      countViewRows: () => undefined,
      observeAge: () => undefined,
      observeStoreRead: () => undefined,
      countOnDemandError: () => undefined,
      forView: () => ({ countRows: () => undefined, observeAge: () => undefined }),
      forMethod: () => ({ rows: silent, decode: silent, read: silent, assemble: silent }),
    },
  };
}

const silent = { observe: () => undefined };

function fail(): never {
  throw new Error("not asked for");
}

/** Registers the property that typed answers are those of the slow twin, on one engine. */
export function describeTypedGet(name: string, open: () => Promise<OnlineStore>): void {
  describe(`Get of typed services on ${name}`, () => {
    let store: OnlineStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    it("answers with the bytes of its slow twin, for random services, rows and requests (semantics 3, 4, 8)", async () => {
      const property = fc.asyncProperty(typedCases(nowUs), async ({ project, writes, requests }) => {
        const deps = servingOver(store);
        await store.apply(writes);
        const get = createTypedGet(deps);
        const plan = compileRequestPlan(project, project.services.get("typed")!, deps);
        const twin = slowTwin({ store, clock: deps.clock, graceUs }, project, "typed");
        const call = {
          timeoutMs: () => undefined,
          answerMemory: (bytes: number) => Buffer.alloc(bytes, 0xee),
        };
        const answers = await Promise.all(requests.map((request) => get(plan, request, call)));
        for (const [i, request] of requests.entries())
          expect(Buffer.from(answers[i]!).toString("hex")).toBe(
            Buffer.from(await twin(request)).toString("hex"),
          );
      });
      await fc.assert(property, { numRuns: Number(process.env.TIMEWELL_RUNS ?? 100) });
    });
  });
}

/** A store of one shard in memory. */
export function memoryStore(): OnlineStore {
  return new InMemoryOnlineStore(new ManualClock(nowUs));
}
