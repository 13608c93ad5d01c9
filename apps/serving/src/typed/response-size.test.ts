import { compileProject } from "@timewell/model";
import { encodeStoredRow } from "@timewell/row";
import { Registry } from "prom-client";
import { expect, it } from "vitest";

import { createServingMetrics } from "../serving-metrics.ts";
import { compileRequestPlan } from "./request-plan.ts";
import { ResponseWriter } from "./response-writer.ts";
import { RowJudge } from "./row-judge.ts";
import { airports, applied } from "./typed-definitions.testdata.ts";

it("ResponseWriter refuses an answer of more than 64 MiB before there is memory for it", () => {
  const project = compileProject(applied(undefined, airports));
  const definitions = {
    project: () => project,
    projects: () => [],
    onChange: () => () => {},
    ageMs: () => 0,
  };
  const metrics = createServingMetrics(new Registry(), definitions);
  const plan = compileRequestPlan(project, project.services.get("delay")!, { graceUs: 0n, metrics });
  const header = { deleted: false, eventTimeUs: 0n, order: 1n, availableTimeUs: undefined };
  const row = encodeStoredRow(header, new Uint8Array(60_000));
  const write = (rowCount: number) =>
    new ResponseWriter().write(
      {
        plan,
        rowCount,
        inputs: [],
        stored: Array.from({ length: rowCount }, () => row),
        from: 0,
        judges: plan.uses.map((use) => new RowJudge(1n, use, undefined)),
        includeTimes: false,
        servedAtUs: 1n,
      },
      Buffer.alloc,
    );
  expect(write(1_000).length).toBeGreaterThan(60_000_000);
  expect(() => write(10_000)).toThrow(
    expect.objectContaining({ kind: "LIMIT_EXCEEDED", field: "rows" }) as Error,
  );
});
