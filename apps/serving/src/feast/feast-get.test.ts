import { toBinary } from "@bufbuild/protobuf";
import { feastServing } from "@timewell/contracts";
import type { CompiledProject } from "@timewell/model";
import { ManualClock } from "@timewell/ttl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { memoryStore, servingOver } from "../typed/describe-typed-get.testdata.ts";
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

function depsFor(project: CompiledProject, store = memoryStore()) {
  const deps = servingOver(store, new ManualClock(nowUs));
  return { ...deps, definitions: { ...deps.definitions, projects: () => [project], project: () => project } };
}

describe("Feast's contract", () => {
  it("is answered over gRPC with the bytes of its slow twin, for random projects, rows and requests", async () => {
    const property = fc.asyncProperty(feastCases(nowUs), async ({ project, writes, requests }) => {
      const store = memoryStore();
      const deps = depsFor(project, store);
      await store.apply(writes);
      const get = createFeastGet(new FeastPlans(deps), createFeastReader(deps));
      for (const request of requests) {
        const expected = await feastTwin({ store, clock: deps.clock, graceUs }, project, request);
        const answer = get(toBinary(GetOnlineFeaturesRequestSchema, request));
        if (hasEqualNames(expected)) await expect(answer).rejects.toThrow("more than one is called");
        else expect(hex(await answer)).toBe(hex(toBinary(GetOnlineFeaturesResponseSchema, expected)));
      }
    });
    await fc.assert(property, { numRuns });
  });

  it("is answered over REST with the JSON of its slow twin, for random projects, rows and requests", async () => {
    const property = fc.asyncProperty(feastCases(nowUs), async ({ project, writes, requests }) => {
      const store = memoryStore();
      const deps = depsFor(project, store);
      await store.apply(writes);
      const plans = new FeastPlans(deps);
      const reader = createFeastReader(deps);
      for (const request of requests) {
        request.fullFeatureNames = true;
        const body = Buffer.from(restRequestText(request));
        const metrics = reader.metricsOf("POST /get-online-features");
        const text = await reader.answer(metrics, () => readRestRequest(plans, parseJson(body)), restAnswer);
        const expected = await feastTwin({ store, clock: deps.clock, graceUs }, project, request);
        expect(restTwin.parse(text)).toEqual(restTwin.from(expected));
      }
    });
    await fc.assert(property, { numRuns });
  });
});

function hasEqualNames({ metadata }: feastServing.GetOnlineFeaturesResponse): boolean {
  const names = metadata!.featureNames!.val;
  return new Set(names).size < names.length;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
