import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { DefinitionsSchema, PushRequestSchema, type PushRowSchema, ValueType } from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { compileProject, planDefinitions } from "@timewell/model";
import { payloadOf } from "@timewell/row";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Applier } from "../applier.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { push } from "../push.ts";

const { INT64, STRING } = ValueType;
const driver = { name: "driver", joinKeys: [{ name: "driver", type: INT64 }] };
const trips = (features: object[]) => ({ name: "trips", entity: "driver", features });
const steps = [
  [
    { name: "trips", type: INT64 },
    { name: "note", type: STRING },
  ],
  [
    { name: "trips", type: INT64 },
    { name: "zone", type: STRING },
  ],
].map((features) => create(DefinitionsSchema, { entities: [driver], featureViews: [trips(features)] }));

const first = planDefinitions(undefined, "default", steps[0]!);
const before = first.build({ viewIds: [1], appliedAtUs: startUs, appliedBy: "" });
const second = planDefinitions(before, "default", steps[1]!);
const project = compileProject(second.build({ viewIds: [2], appliedAtUs: startUs, appliedBy: "" }));

type RowInit = MessageInitShape<typeof PushRowSchema>;
const int = (value: bigint) => ({ kind: { case: "int64Value" as const, value } });
const text = (value: string) => ({ kind: { case: "stringValue" as const, value } });
const row = (features: NonNullable<RowInit["features"]>): RowInit => ({
  keys: { driver: int(7n) },
  features,
  eventTimeUs: startUs,
});

describe("a push to two versions of a view", () => {
  let world: IngestionWorld;
  let deps: IngestionDeps;
  beforeEach(async () => {
    world = await IngestionWorld.create();
    const definitions = { project: () => project, projects: () => [project], ageMs: () => 0 };
    deps = { ...world.deps, definitions };
    world.applier = new Applier(deps);
    world.applier.start();
  });
  afterEach(() => world.close());

  async function send(rows: RowInit[], parts: MessageInitShape<typeof PushRequestSchema> = {}) {
    const request = create(PushRequestSchema, {
      project: "default",
      featureView: "trips",
      alsoVersions: [1],
      rows,
      ...parts,
    });
    const answered = push(deps, world.applier, request, {
      principal: "",
      signal: new AbortController().signal,
    });
    return (await answered).results.map(({ outcome }) => outcome);
  }

  async function stored(viewId: number) {
    const [found] = await deps.onlineStore.read([{ viewId, entityKey: encodeKey(["INT64"], [7n]) }]);
    return found && project.viewsById.get(viewId)!.codec.decode(payloadOf(found));
  }

  it("gives each the features that it has, in one step, and the position of the last", async () => {
    const [outcome] = await send([row({ trips: int(3n), note: text("n"), zone: text("z") })]);
    expect(outcome).toMatchObject({ case: "position", value: { position: 2n } });
    await world.until(async () => (await stored(2)) !== undefined);
    expect(await stored(1)).toEqual([3n, "n"]);
    expect(await stored(2)).toEqual([3n, "z"]);
  });

  it("writes a row that one of them refuses to none", async () => {
    const outcomes = await send([
      row({ trips: int(3n), note: int(1n) }),
      row({ speed: int(1n) }),
      row({ trips: int(4n) }),
    ]);
    expect(outcomes.map((it) => (it.case === "error" ? it.value.kind : it.case))).toEqual([
      "INVALID_VALUE",
      "FEATURE_NOT_FOUND",
      "position",
    ]);
    expect((await deps.ingestLog.progress()).reduce((sum, { head }) => sum + head, 0n)).toBe(2n);
  });

  it("answers a retry as the first time", async () => {
    const rows = [row({ trips: int(3n) })];
    const [answer] = await send(rows, { requestId: "a" });
    expect((await send(rows, { requestId: "a" }))[0]).toEqual(answer);
    expect((await deps.ingestLog.progress()).reduce((sum, { head }) => sum + head, 0n)).toBe(2n);
  });

  it("refuses a version that is named twice, and one that is not there", async () => {
    await expect(send([row({})], { alsoVersions: [2] })).rejects.toThrow("version 2 is named twice");
    await expect(send([row({})], { alsoVersions: [3] })).rejects.toMatchObject({
      kind: "FEATURE_VIEW_NOT_FOUND",
    });
  });
});
