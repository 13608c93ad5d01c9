import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  DefinitionsSchema,
  ErrorInfoSchema,
  FeatureRegistry,
  type ModelSchema,
  ValueType,
} from "@timewell/contracts";
import { createInProcessTransport } from "@timewell/service";
import { InMemoryRegistryStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { createRegistryServer } from "../server.ts";

const project = "demo";

/** Two views of one entity and a service that reads the first of them under two names; `scoreType` is that of `stats.score`. */
function definitions(scoreType: ValueType = ValueType.DOUBLE) {
  const view = (name: string, type: ValueType) => ({
    name,
    entity: "user",
    features: [
      { name: "score", type },
      { name: "rank", type: ValueType.INT64 },
    ],
  });
  return create(DefinitionsSchema, {
    entities: [{ name: "user", joinKeys: [{ name: "user_id", type: ValueType.INT64 }] }],
    featureViews: [view("stats", scoreType), view("spent", ValueType.DOUBLE)],
    featureServices: [
      {
        name: "ranking",
        views: [
          { view: "stats", features: ["rank"] },
          { view: "stats", alias: "friend", joinKeyMapping: { user_id: "friend_id" }, features: ["score"] },
        ],
      },
    ],
  });
}

const model = {
  name: "delay",
  version: "1",
  uri: "models:/delay/1",
  featureService: "ranking",
  registryVersion: 1n,
};

async function startRegistry() {
  const clock = new ManualClock();
  const log = { info: () => undefined, warn: () => undefined };
  const server = createRegistryServer({ store: new InMemoryRegistryStore(), clock, log });
  const registry = createClient(FeatureRegistry, createInProcessTransport(server.routes));
  await registry.apply({ project, definitions: definitions() });
  const record = async (change: MessageInitShape<typeof ModelSchema> = {}) =>
    (await registry.recordModel({ project, model: { ...model, ...change } })).model!;
  return { registry, record, clock };
}

async function infoOf(call: Promise<unknown>) {
  const reason: unknown = await call.then(
    () => new Error("it was accepted"),
    (error: unknown) => error,
  );
  return ConnectError.from(reason).findDetails(ErrorInfoSchema)[0];
}

describe("RecordModel", () => {
  it("takes what a service reads from the version of the project that the features were resolved with", async () => {
    const { record, clock } = await startRegistry();
    const recorded = await record();
    expect(recorded.featureServiceRevision).toBe(1);
    expect(recorded.views).toMatchObject([{ view: "stats", version: 1, features: ["score", "rank"] }]);
    expect(recorded.createdAtUs).toBe(clock.nowUs());
  });

  it("of equal content changes nothing, however it is put, and of other content is refused", async () => {
    const { record, registry, clock } = await startRegistry();
    const first = await record({ tags: { a: "1", b: "2" } });
    await clock.advance(1_000);
    const again = await record({
      tags: { b: "2", a: "1" },
      featureServiceRevision: 1,
      views: [
        { view: "stats", version: 1, features: ["rank"] },
        { view: "stats", features: ["score", "rank"] },
      ],
    });
    expect(again).toEqual(first);
    const other = record({ tags: { a: "1" } });
    await expect(other).rejects.toMatchObject({ code: Code.AlreadyExists });
    await expect(other).rejects.toThrow("Cannot record model delay 1: it is recorded with another tags");
    expect(await infoOf(record({ uri: "elsewhere" }))).toMatchObject({
      kind: "MODEL_CONFLICT",
      field: "model.uri",
    });
    expect((await registry.listModels({ project })).models).toEqual([first]);
  });

  it("knows views and services that were deleted meanwhile", async () => {
    const { record, registry } = await startRegistry();
    await registry.deleteDefinition({ project, kind: 3, name: "ranking" });
    await registry.deleteDefinition({ project, kind: 2, name: "stats" });
    expect((await record()).views).toHaveLength(1);
    expect(await infoOf(record({ version: "2", registryVersion: 3n }))).toMatchObject({
      kind: "FEATURE_SERVICE_NOT_FOUND",
    });
  });

  it.each<[string, MessageInitShape<typeof ModelSchema>, string, string]>([
    ["without a name", { name: "" }, "INVALID_REQUEST", "model.name"],
    ["with a name of 256 characters", { name: "x".repeat(256) }, "LIMIT_EXCEEDED", "model.name"],
    ["without a version", { version: "" }, "INVALID_REQUEST", "model.version"],
    ["with NUL in its address", { uri: "a\0b" }, "INVALID_REQUEST", "model.uri"],
    ["with an address of 4,097 characters", { uri: "x".repeat(4_097) }, "LIMIT_EXCEEDED", "model.uri"],
    ["with a wrong id", { trainingSetId: "ts_1" }, "INVALID_REQUEST", "model.training_set_id"],
    [
      "without a version of the project",
      { registryVersion: 0n },
      "INVALID_REQUEST",
      "model.registry_version",
    ],
    ["of a later version of the project", { registryVersion: 2n }, "INVALID_REQUEST", "version"],
    ["that reads nothing", { featureService: "" }, "INVALID_REQUEST", "model.views"],
    [
      "of an unknown service",
      { featureService: "rankin" },
      "FEATURE_SERVICE_NOT_FOUND",
      "model.feature_service",
    ],
    [
      "of another revision",
      { featureServiceRevision: 2 },
      "INVALID_REQUEST",
      "model.feature_service_revision",
    ],
    [
      "of a revision without a service",
      { featureService: "", featureServiceRevision: 2, views: [{ view: "stats" }] },
      "INVALID_REQUEST",
      "model.feature_service_revision",
    ],
    ["of an unknown view", { views: [{ view: "stat" }] }, "FEATURE_VIEW_NOT_FOUND", "feature_view"],
    [
      "of an unknown version",
      { views: [{ view: "stats", version: 2 }] },
      "FEATURE_VIEW_NOT_FOUND",
      "feature_view",
    ],
    [
      "of an unknown feature",
      { views: [{ view: "stats", features: ["x"] }] },
      "FEATURE_NOT_FOUND",
      "feature",
    ],
    [
      "with 33 tags",
      { tags: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`t${i}`, ""])) },
      "LIMIT_EXCEEDED",
      "model.tags",
    ],
    ["with a tag of 257 characters", { tags: { a: "x".repeat(257) } }, "LIMIT_EXCEEDED", "model.tags[a]"],
  ])("refuses a model %s", async (_what, change, kind, field) => {
    const { record, registry } = await startRegistry();
    expect(await infoOf(record(change))).toMatchObject({ kind, field });
    expect((await registry.listModels({ project })).models).toEqual([]);
  });

  it("names the nearest project for one that is not there", async () => {
    const { registry } = await startRegistry();
    const call = registry.recordModel({ project: "dmeo", model });
    await expect(call).rejects.toThrow("Did you mean demo?");
  });
});

describe("ListModels", () => {
  it("says which models read a view, through services or by themselves, the latest first", async () => {
    const { record, registry } = await startRegistry();
    await record({ trainingSetId: `ts_${"a".repeat(32)}` });
    await record({ name: "price", featureService: "", views: [{ view: "spent" }] });
    await record({ version: "2" });
    const names = async (filter: object) =>
      (await registry.listModels({ project, ...filter })).models.map((it) => `${it.name} ${it.version}`);
    expect(await names({})).toEqual(["delay 2", "price 1", "delay 1"]);
    expect(await names({ view: "stats" })).toEqual(["delay 2", "delay 1"]);
    expect(await names({ view: "spent" })).toEqual(["price 1"]);
    expect(await names({ featureService: "ranking" })).toEqual(["delay 2", "delay 1"]);
    expect(await names({ name: "price" })).toEqual(["price 1"]);
    expect(await names({ trainingSetId: `ts_${"a".repeat(32)}` })).toEqual(["delay 1"]);
  });

  it("goes on at the token of the page before, to the end", async () => {
    const { record, registry } = await startRegistry();
    for (let version = 1; version <= 205; version++) await record({ version: String(version) });
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let pageToken = ""; ;) {
      const page = await registry.listModels({ project, pageSize: 101, pageToken });
      seen.push(...page.models.map((it) => it.version));
      sizes.push(page.models.length);
      pageToken = page.nextPageToken;
      if (pageToken === "") break;
    }
    expect(sizes).toEqual([101, 101, 3]);
    expect(seen).toEqual(Array.from({ length: 205 }, (_, i) => String(205 - i)));
    expect((await registry.listModels({ project })).models).toHaveLength(100);
  });

  it("ends a page early rather than over the size of a message", async () => {
    const { record, registry } = await startRegistry();
    const tags = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`t${i}`, "x".repeat(256)]));
    for (let version = 1; version <= 300; version++) await record({ version: String(version), tags });
    const first = await registry.listModels({ project, pageSize: 1_000 });
    expect(first.models.length).toBeGreaterThan(200);
    const rest = await registry.listModels({ project, pageSize: 1_000, pageToken: first.nextPageToken });
    expect(first.models.length + rest.models.length).toBe(300);
  });

  it.each([
    ["a page of 1,001", { pageSize: 1_001 }, "LIMIT_EXCEEDED"],
    ["a token that no page had", { pageToken: "-1" }, "INVALID_REQUEST"],
    ["a name with NUL", { name: "\0" }, "INVALID_REQUEST"],
    ["an unknown project", { project: "nowhere" }, "PROJECT_NOT_FOUND"],
  ])("refuses %s", async (_what, change, kind) => {
    const { registry } = await startRegistry();
    expect(await infoOf(registry.listModels({ project, ...change }))).toMatchObject({ kind });
  });
});

describe("Plan and Apply", () => {
  it("name the models that read a view which gets a new version", async () => {
    const { record, registry } = await startRegistry();
    for (let version = 1; version <= 6; version++) await record({ version: String(version) });
    const wanted = {
      project,
      definitions: { ...definitions(ValueType.STRING), featureServices: [] },
    };
    const { changes } = await registry.plan(wanted);
    expect(changes.map(({ name }) => name)).toEqual(["stats"]);
    expect(changes[0]!.details.at(-1)).toMatchObject({
      path: "models",
      before: "delay 6, delay 5, delay 4, delay 3, delay 2, …",
    });
    expect((await registry.apply(wanted)).changes).toEqual(changes);
  });

  it("name the models that read a service of which an on-demand feature gets another expression", async () => {
    const { record, registry } = await startRegistry();
    const computed = (expression: string) => ({
      project,
      definitions: {
        featureServices: [
          {
            name: "gaps",
            views: [{ view: "stats", alias: "friend", joinKeyMapping: { user_id: "friend_id" } }],
            onDemandFeatures: [{ name: "gap", type: ValueType.DOUBLE, expression }],
          },
        ],
      },
    });
    await registry.apply(computed("friend.score - 1.0"));
    await record({ featureService: "gaps", registryVersion: 2n });
    expect((await registry.plan(computed("friend.score - 1.0"))).changes).toEqual([]);
    const { changes } = await registry.plan(computed("friend.score - 2.0"));
    expect(changes[0]!.details.at(-1)).toMatchObject({
      path: "models",
      before: "delay 1",
      after: "what they read of it would mean something else",
    });
  });
});
