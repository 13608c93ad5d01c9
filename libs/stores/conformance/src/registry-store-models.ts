import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { ModelSchema, type Model } from "@timewell/contracts";
import type { ModelFilter, RegistryStore } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";

/** A recorded model that reads one view; `change` replaces parts of it. */
export function testModel(name: string, change: MessageInitShape<typeof ModelSchema> = {}): Model {
  return create(ModelSchema, {
    name,
    version: "1",
    uri: `models:/${name}/1`,
    trainingSetId: "ts_a",
    featureService: "delay_v1",
    featureServiceRevision: 1,
    views: [{ view: "airport_hourly", version: 1, features: ["departures"] }],
    registryVersion: 1n,
    createdAtUs: 1_700_000_000_000_000n,
    createdBy: "ann",
    tags: { team: "ops" },
    ...change,
  });
}

/** Models: recorded once, listed with filters, page by page. */
export function recordsModels(factory: EnginePlaceFactory<RegistryStore>): void {
  const withStore = (work: (store: RegistryStore) => Promise<void>) =>
    withEngine(factory, new ManualClock(), work);
  const namesOf = async (store: RegistryStore, filter: ModelFilter, project = "rides") => {
    const found = await store.listModels(project, filter, 100);
    return found.map(({ model }) => `${model.name} ${model.version}`);
  };

  it("recordModel() keeps the first of a name and version, and returns it to all who come later", () =>
    withStore(async (store) => {
      const first = testModel("delay");
      expect(await store.recordModel("rides", first)).toEqual(first);
      expect(await store.recordModel("rides", testModel("delay", { uri: "elsewhere" }))).toEqual(first);
      await store.recordModel("rides", testModel("delay", { version: "2" }));
      await store.recordModel("ads", testModel("delay", { uri: "elsewhere" }));
      expect((await store.listModels("ads", {}, 9))[0]!.model.uri).toBe("elsewhere");
      expect(await namesOf(store, {})).toEqual(["delay 2", "delay 1"]);
    }));

  it("recordModel() stores one of ten that come at once, and tells all of them which", () =>
    withStore(async (store) => {
      const uris = Array.from({ length: 10 }, (_, i) => `writer_${i}`);
      const stored = await Promise.all(
        uris.map((uri) => store.recordModel("rides", testModel("delay", { uri }))),
      );
      expect(new Set(stored.map(({ uri }) => uri)).size).toBe(1);
      expect(await namesOf(store, {})).toEqual(["delay 1"]);
    }));

  it("listModels() finds by view, service, name and training set, and by all of them together", () =>
    withStore(async (store) => {
      const route = { view: "route_daily", version: 2, features: ["flights"] };
      const airport = { view: "airport_hourly", version: 1, features: ["departures"] };
      await store.recordModel("rides", testModel("a", { views: [airport, route] }));
      await store.recordModel("rides", testModel("b", { views: [route], trainingSetId: "ts_b" }));
      await store.recordModel("rides", testModel("c", { featureService: "", trainingSetId: "" }));
      await store.recordModel("ads", testModel("d"));
      expect(await namesOf(store, {})).toEqual(["c 1", "b 1", "a 1"]);
      expect(await namesOf(store, { view: "route_daily" })).toEqual(["b 1", "a 1"]);
      expect(await namesOf(store, { view: "airport_hourly" })).toEqual(["c 1", "a 1"]);
      expect(await namesOf(store, { view: "airport" })).toEqual([]);
      expect(await namesOf(store, { featureService: "delay_v1" })).toEqual(["b 1", "a 1"]);
      expect(await namesOf(store, { name: "a" })).toEqual(["a 1"]);
      expect(await namesOf(store, { trainingSetId: "ts_b" })).toEqual(["b 1"]);
      expect(await namesOf(store, { view: "route_daily", trainingSetId: "ts_a" })).toEqual(["a 1"]);
      expect(await namesOf(store, {}, "nowhere")).toEqual([]);
    }));

  it("listModels() goes on before a number without gaps or repeats, also where models come in between", () =>
    withStore(async (store) => {
      for (const name of ["a", "b", "c", "d", "e"]) await store.recordModel("rides", testModel(name));
      const first = await store.listModels("rides", {}, 2);
      await store.recordModel("rides", testModel("f"));
      const second = await store.listModels("rides", { before: first.at(-1)!.number }, 2);
      const third = await store.listModels("rides", { before: second.at(-1)!.number }, 2);
      const pages = [first, second, third].map((page) => page.map(({ model }) => model.name));
      expect(pages).toEqual([["e", "d"], ["c", "b"], ["a"]]);
      expect(await store.listModels("rides", { before: third[0]!.number }, 2)).toEqual([]);
    }));

  it("a recorded or listed model can be changed without changing the store", () =>
    withStore(async (store) => {
      const model = testModel("delay");
      (await store.recordModel("rides", model)).uri = "changed";
      model.uri = "changed";
      (await store.listModels("rides", {}, 1))[0]!.model.uri = "changed";
      expect((await store.recordModel("rides", testModel("delay"))).uri).toBe("models:/delay/1");
    }));
}
