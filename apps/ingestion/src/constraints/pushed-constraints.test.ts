import { create, fromBinary } from "@bufbuild/protobuf";
import { PushRequestSchema, PushRow_Operation, PushRowSchema } from "@timewell/contracts";
import { createMetrics } from "@timewell/service";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createIngestionMetrics } from "../ingestion-metrics.ts";
import { hourUs, IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { push } from "../push.ts";
import { judgeRow } from "./judge-row.ts";

const row = (airport: string, delay: number | undefined, eventTimeUs = startUs) => ({
  keys: { airport: { kind: { case: "stringValue", value: airport } } } as const,
  features: delay === undefined ? {} : ({ delay: { kind: { case: "doubleValue", value: delay } } } as const),
  eventTimeUs,
});

describe("a push to a view with constraints", () => {
  let world: IngestionWorld;
  beforeEach(async () => {
    world = await IngestionWorld.create();
  });
  afterEach(() => world.close());

  const pushRows = async (rows: ReturnType<typeof row>[], requestId = "") => {
    const { results } = await world.push({ featureView: "watched", rows, requestId });
    return results.map(({ outcome }) => (outcome.case === "error" ? outcome.value.kind : outcome.case));
  };
  const quarantine = () => world.deps.ingestLog.listQuarantine({}, { rowsMax: 100 });

  it("refuses the rows that break a rule, keeps them in quarantine, and writes their neighbours", async () => {
    const rows = [row("SEA", 5), row("SFO", -75), row("LAX", undefined)];
    const { results } = await world.push({ featureView: "watched", rows });
    expect(results.map(({ outcome }) => outcome.case)).toEqual(["position", "error", "position"]);
    expect(results[1]!.outcome.value).toMatchObject({
      kind: "CONSTRAINT_VIOLATED",
      message:
        "Cannot accept a row of watched: it breaks constraint delay_range: delay is -75, but delay must be at least -60. Send a row that keeps the rule, or change the rule and replay the quarantine",
    });
    const [kept, ...others] = await quarantine();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({
      viewId: world.view("watched").id,
      origin: "push",
      kind: "CONSTRAINT_VIOLATED",
      constraint: "delay_range",
      refusedAtUs: startUs,
    });
    const { content } = (await world.deps.ingestLog.getQuarantined(kept!.id))!;
    expect(fromBinary(PushRowSchema, content)).toMatchObject(row("SFO", -75));
  });

  it("keeps them also where no row of the push is good", async () => {
    expect(await pushRows([row("SFO", -75), row("SFO", -80)])).toEqual([
      "CONSTRAINT_VIOLATED",
      "CONSTRAINT_VIOLATED",
    ]);
    expect(await quarantine()).toHaveLength(2);
  });

  it("answers a retry as at first, later too, and keeps nothing twice (semantics 13)", async () => {
    const rows = [row("SEA", 5, startUs - hourUs), row("SFO", -75)];
    const first = await world.push({ featureView: "watched", rows, requestId: "r1" });
    await world.clock.advance(7_200_000);
    expect(await world.push({ featureView: "watched", rows, requestId: "r1" })).toEqual(first);
    expect(await quarantine()).toHaveLength(1);
  });

  it("writes and counts where the policy says so, once for a retried push", async () => {
    const { registry } = createMetrics();
    const metrics = createIngestionMetrics(registry);
    const deps = { ...world.deps, metrics };
    const rows = [row("SEA", 5, startUs - 2n * hourUs), row("SFO", -75), row("LAX", undefined)];
    const full = create(PushRequestSchema, {
      project: "default",
      featureView: "watched",
      rows,
      requestId: "r1",
    });
    const caller = { principal: "", signal: new AbortController().signal };
    for (let i = 0; i < 2; i++) await push(deps, world.applier, full, caller);
    expect([...metrics.violationsOf(world.view("watched"))]).toEqual([
      ["fresh", 1],
      ["delay_range", 1],
      ["known", 1],
    ]);
    expect(await registry.metrics()).toContain(
      'timewell_ingestion_constraint_violations_total{project="default",view="watched",constraint="delay_range",policy="REJECT"} 1',
    );
  });

  it("lets deletes pass (semantics 17)", async () => {
    const { features: _, ...keys } = row("SEA", 5);
    const { results } = await world.push({
      featureView: "watched",
      rows: [{ ...keys, operation: PushRow_Operation.DELETE }],
    });
    expect(results[0]!.outcome.case).toBe("position");
  });

  it("writes whatever comes where a view has none", () => {
    const incoming = { keys: ["SEA"], values: [null], eventTimeUs: 0n, deleted: false };
    expect(judgeRow(world.view("pushed_only"), incoming, startUs)).toEqual({
      refusal: undefined,
      violations: [],
    });
  });
});
