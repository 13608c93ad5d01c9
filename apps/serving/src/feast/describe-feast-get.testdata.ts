import { toBinary } from "@bufbuild/protobuf";
import { feastServing } from "@timewell/contracts";
import type { CompiledProject } from "@timewell/model";
import type { OnlineStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { servingOver } from "../typed/describe-typed-get.testdata.ts";
import { graceUs } from "../typed/typed-case.testdata.ts";
import { feastCases } from "./feast-case.testdata.ts";
import { createFeastGet } from "./feast-get.ts";
import { FeastPlans } from "./feast-plans.ts";
import { createFeastReader } from "./feast-reader.ts";
import { feastTwin } from "./feast-twin.testdata.ts";
import { readRestRequest } from "./read-rest-request.ts";
import { parseJson } from "./parse-json.ts";
import { restAnswer } from "./rest-answer.ts";
import { restTwin, restRequestText } from "./rest-twin.testdata.ts";

const { GetOnlineFeaturesRequestSchema, GetOnlineFeaturesResponseSchema } = feastServing;
const nowUs = 1_767_225_600_000_000n;
const numRuns = Number(process.env["TIMEWELL_RUNS"] ?? 100);

function depsFor(project: CompiledProject, store: OnlineStore) {
  const deps = servingOver(store, new ManualClock(nowUs));
  return { ...deps, definitions: { ...deps.definitions, projects: () => [project], project: () => project } };
}

/** Registers the properties that answers in the dialects of Feast are those of the slow twins, on one engine. */
export function describeFeastGet(name: string, open: () => Promise<OnlineStore>): void {
  describe(`Feast's contract on ${name}`, () => {
    let store: OnlineStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    it("is answered over gRPC with the bytes of its slow twin, for random projects, rows and requests", async () => {
      const property = fc.asyncProperty(feastCases(nowUs), async ({ project, writes, requests }) => {
        const deps = depsFor(project, store);
        await store.apply(writes);
        const get = createFeastGet(new FeastPlans(deps), createFeastReader(deps));
        const answers = requests.map((request) =>
          get(toBinary(GetOnlineFeaturesRequestSchema, request)).then(hex, (error: Error) => error.message),
        );
        for (const [i, answer] of (await Promise.all(answers)).entries()) {
          const expected = await feastTwin({ store, clock: deps.clock, graceUs }, project, requests[i]!);
          if (hasEqualNames(expected)) expect(answer).toContain("more than one is called");
          else expect(answer).toBe(hex(toBinary(GetOnlineFeaturesResponseSchema, expected)));
        }
      });
      await fc.assert(property, { numRuns });
    });

    it("is answered over REST with the JSON of its slow twin, for random projects, rows and requests", async () => {
      const property = fc.asyncProperty(feastCases(nowUs), async ({ project, writes, requests }) => {
        const deps = depsFor(project, store);
        await store.apply(writes);
        const plans = new FeastPlans(deps);
        const reader = createFeastReader(deps);
        const metrics = reader.metricsOf("POST /get-online-features");
        const answers = requests.map((request) => {
          request.fullFeatureNames = true;
          // JSON has one place for both.
          Object.assign(request.entities, request.requestContext);
          request.requestContext = {};
          const body = Buffer.from(restRequestText(request));
          return reader.answer(metrics, () => readRestRequest(plans, parseJson(body)), restAnswer);
        });
        for (const [i, text] of (await Promise.all(answers)).entries()) {
          const expected = await feastTwin({ store, clock: deps.clock, graceUs }, project, requests[i]!);
          expect(restTwin.parse(text)).toEqual(restTwin.from(expected));
        }
      });
      await fc.assert(property, { numRuns });
    });
  });
}

function hasEqualNames({ metadata }: feastServing.GetOnlineFeaturesResponse): boolean {
  const names = metadata!.featureNames!.val;
  return new Set(names).size < names.length;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
