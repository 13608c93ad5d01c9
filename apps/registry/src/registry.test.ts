import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  Change_Action,
  DefinitionKind,
  DefinitionsSchema,
  ErrorInfoSchema,
  FeatureRegistry,
  ValueType,
} from "@timewell/contracts";
import { createInProcessTransport } from "@timewell/service";
import { InMemoryRegistryStore } from "@timewell/store-ports";
import { ManualClock, systemClock, type Clock } from "@timewell/ttl";
import { afterEach, describe, expect, it } from "vitest";
import { createRegistryServer } from "./server.ts";

const log = { info: () => undefined, warn: () => undefined };
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** One entity, and views of it by name with their features. */
function definitions(views: Record<string, readonly string[]>) {
  return create(DefinitionsSchema, {
    entities: [{ name: "user", joinKeys: [{ name: "user_id", type: ValueType.INT64 }] }],
    featureViews: Object.entries(views).map(([name, features]) => ({
      name,
      entity: "user",
      features: features.map((feature) => ({ name: feature, type: ValueType.DOUBLE })),
    })),
  });
}

async function startRegistry(store = new InMemoryRegistryStore(), clock: Clock = systemClock()) {
  const server = createRegistryServer({ store, clock, log });
  await server.start();
  stops.push(() => server.stop());
  const registry = createClient(FeatureRegistry, createInProcessTransport(server.routes));
  return { server, registry, store };
}

async function kindOf(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => ConnectError.from(reason),
  );
  return error?.findDetails(ErrorInfoSchema)[0]?.kind;
}

describe("Plan and Apply", () => {
  it("check the expressions of on-demand features, and name service, feature and place", async () => {
    const { registry } = await startRegistry();
    const { entities, featureViews } = definitions({ stats: ["score"] });
    const service = (expression: string) => ({
      entities,
      featureViews,
      featureServices: [
        {
          name: "ranking",
          views: [{ view: "stats" }],
          requestData: [{ name: "basket", type: ValueType.INT64 }],
          onDemandFeatures: [{ name: "is_large", type: ValueType.BOOL, expression }],
        },
      ],
    });
    for (const method of ["plan", "apply"] as const) {
      const call = registry[method]({
        project: "demo",
        definitions: service("basket > 3 && stats.scores > 1.0"),
      });
      await expect(call).rejects.toThrow(
        "Cannot accept feature_services[ranking].on_demand_features[is_large].expression: at character 15, " +
          "there is no stats.scores among the features of the service. Did you mean stats.score?",
      );
    }
    await registry.apply({ project: "demo", definitions: service("basket > 3 && stats.score > 1.0") });
    const { snapshot } = await registry.getSnapshot({ project: "demo" });
    expect(snapshot!.featureServices[0]!.computedNumbers).toEqual({ is_large: 1 });
  });

  it("plan says what apply will do and changes nothing; a second apply has nothing to do", async () => {
    const { registry } = await startRegistry();
    const wanted = definitions({ stats: ["score"] });
    const plan = await registry.plan({ project: "demo", definitions: wanted });
    expect(plan.baseVersion).toBe(0n);
    expect(plan.changes.map((change) => [change.name, change.action])).toEqual([
      ["user", Change_Action.CREATE],
      ["stats", Change_Action.CREATE],
    ]);
    expect((await registry.listProjects({})).projects).toEqual([]);
    const applied = await registry.apply({ project: "demo", definitions: wanted, baseVersion: 0n });
    expect(applied.changes).toEqual(plan.changes);
    expect(applied.version).toBe(1n);
    const again = await registry.apply({ project: "demo", definitions: wanted });
    expect([again.version, again.changes]).toEqual([1n, []]);
    const { snapshot } = await registry.getSnapshot({ project: "demo" });
    expect(snapshot?.featureViews.map((view) => view.name)).toEqual(["stats"]);
    expect((await registry.listProjects({})).projects).toMatchObject([{ name: "demo", version: 1n }]);
  });

  it("an apply on a version that has passed is ABORTED, with both versions in the text", async () => {
    const { registry } = await startRegistry();
    await registry.apply({ project: "demo", definitions: definitions({ a: ["x"] }) });
    await registry.apply({ project: "demo", definitions: definitions({ b: ["x"] }) });
    const late = registry.apply({ project: "demo", definitions: definitions({ c: ["x"] }), baseVersion: 1n });
    await expect(late).rejects.toMatchObject({ code: Code.Aborted });
    await expect(late).rejects.toThrow(/version 1.*version 2 is current/);
    expect(await kindOf(late)).toBe("VERSION_CONFLICT");
  });

  it("of many applies on one base version one wins, on two processes with one store (semantics 14)", async () => {
    const store = new InMemoryRegistryStore();
    const [one, two] = [await startRegistry(store), await startRegistry(store)];
    const applies = Array.from({ length: 12 }, (_, i) =>
      (i % 2 === 0 ? one : two).registry.apply({
        project: "demo",
        definitions: definitions({ [`view_${i}`]: ["x"] }),
        baseVersion: 0n,
      }),
    );
    const kinds = await Promise.all(applies.map(kindOf));
    expect(kinds.filter((kind) => kind === undefined)).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "VERSION_CONFLICT")).toHaveLength(11);
    const { snapshot } = await one.registry.getSnapshot({ project: "demo" });
    expect(snapshot?.featureViews).toHaveLength(1);
  });

  it("applies without a base version all land, one after the other, and no id is given twice", async () => {
    const store = new InMemoryRegistryStore();
    const [one, two] = [await startRegistry(store), await startRegistry(store)];
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        (i % 2 === 0 ? one : two).registry.apply({
          project: "demo",
          definitions: definitions({ [`view_${i}`]: ["x"] }),
        }),
      ),
    );
    const { snapshot } = await one.registry.getSnapshot({ project: "demo" });
    expect(snapshot?.version).toBe(12n);
    const ids = snapshot!.featureViews.flatMap((view) => view.versions.map((version) => version.id));
    expect(new Set(ids).size).toBe(12);
  });

  it("a wrong definition changes nothing", async () => {
    const { registry } = await startRegistry();
    const wrong = definitions({ stats: ["score"], Bad: ["x"] });
    expect(await kindOf(registry.apply({ project: "demo", definitions: wrong }))).toBe("INVALID_NAME");
    expect(await kindOf(registry.getSnapshot({ project: "demo" }))).toBe("PROJECT_NOT_FOUND");
  });

  it("deletes what nothing uses, on the version that was looked at", async () => {
    const { registry } = await startRegistry();
    await registry.apply({ project: "demo", definitions: definitions({ a: ["x"], b: ["x"] }) });
    const request = { project: "demo", kind: DefinitionKind.FEATURE_VIEW, name: "a" };
    expect(await kindOf(registry.deleteDefinition({ ...request, baseVersion: 7n }))).toBe("VERSION_CONFLICT");
    expect((await registry.deleteDefinition({ ...request, baseVersion: 1n })).version).toBe(2n);
    const user = { project: "demo", kind: DefinitionKind.ENTITY, name: "user" };
    expect(await kindOf(registry.deleteDefinition(user))).toBe("DEFINITION_IN_USE");
  });

  it("names the nearest project for one that is not there", async () => {
    const { registry } = await startRegistry();
    await registry.apply({ project: "demo", definitions: definitions({ a: ["x"] }) });
    await expect(registry.getSnapshot({ project: "dmeo" })).rejects.toThrow("Did you mean demo?");
  });
});

describe("WatchRegistry", () => {
  it("sends every project, then each change; a watcher of one project hears of that one only", async () => {
    const { registry } = await startRegistry();
    for (const project of ["a", "b"])
      await registry.apply({ project, definitions: definitions({ v: ["x"] }) });
    const cancel = new AbortController();
    const all = registry.watchRegistry({}, { signal: cancel.signal })[Symbol.asyncIterator]();
    const one = registry.watchRegistry({ project: "b" }, { signal: cancel.signal })[Symbol.asyncIterator]();
    const next = async (iterator: typeof all) => {
      const { value } = await iterator.next();
      return [value.snapshot?.project, value.snapshot?.version, value.caughtUp];
    };
    expect(await next(all)).toEqual(["a", 1n, false]);
    expect(await next(all)).toEqual(["b", 1n, true]);
    expect(await next(one)).toEqual(["b", 1n, true]);
    await registry.apply({ project: "a", definitions: definitions({ v: ["x", "y"] }) });
    await registry.apply({ project: "b", definitions: definitions({ v: ["x", "y"] }) });
    expect(await next(one)).toEqual(["b", 2n, true]);
    expect((await next(all)).slice(1)).toEqual([2n, expect.any(Boolean)]);
    cancel.abort();
  });

  it("tells a slow watcher the latest version only", async () => {
    const { registry } = await startRegistry();
    await registry.apply({ project: "demo", definitions: definitions({ v0: ["x"] }) });
    const cancel = new AbortController();
    const watch = registry.watchRegistry({}, { signal: cancel.signal })[Symbol.asyncIterator]();
    expect((await watch.next()).value.snapshot.version).toBe(1n);
    for (let i = 1; i <= 30; i++)
      await registry.apply({ project: "demo", definitions: definitions({ [`v${i}`]: ["x"] }) });
    let messages = 0;
    for (let version = 0n; version < 31n; messages++) version = (await watch.next()).value.snapshot.version;
    expect(messages).toBeLessThanOrEqual(4);
    cancel.abort();
  });

  it("hears of an apply in another process within its poll, and gives a sign of life every 5 s", async () => {
    const store = new InMemoryRegistryStore();
    const clock = new ManualClock();
    const one = await startRegistry(store, clock);
    const two = await startRegistry(store, clock);
    const cancel = new AbortController();
    const watch = two.registry.watchRegistry({}, { signal: cancel.signal })[Symbol.asyncIterator]();
    expect((await watch.next()).value).toMatchObject({ caughtUp: true });
    await one.registry.apply({ project: "demo", definitions: definitions({ v: ["x"] }) });
    const heard = watch.next();
    await clock.advance(600);
    expect((await heard).value.snapshot.project).toBe("demo");
    const beat = watch.next();
    await clock.advance(5_100);
    const { value } = await beat;
    expect([value.snapshot, value.caughtUp]).toEqual([undefined, true]);
    cancel.abort();
  });

  it("ends its watchers with UNAVAILABLE when it stops", async () => {
    const { registry, server } = await startRegistry();
    const watch = registry.watchRegistry({})[Symbol.asyncIterator]();
    await watch.next();
    const end = watch.next();
    await server.stop();
    await expect(end).rejects.toMatchObject({ code: Code.Unavailable });
  });

  it("a store that ceases to answer is told once, and the watchers stay", async () => {
    const store = new InMemoryRegistryStore();
    const clock = new ManualClock();
    const states: boolean[] = [];
    const server = createRegistryServer({
      store,
      clock,
      log,
      onStoreState: (available) => states.push(available),
    });
    await server.start();
    stops.push(() => server.stop());
    const listProjects = store.listProjects.bind(store);
    store.listProjects = () => Promise.reject(new Error("down"));
    await clock.advance(2_000);
    store.listProjects = listProjects;
    await clock.advance(1_000);
    expect(states).toEqual([true, false, true]);
  });
});
