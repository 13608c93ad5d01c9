import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code, ConnectError, createRouterTransport, type ConnectRouter } from "@connectrpc/connect";
import {
  ErrorInfoSchema,
  FeatureRegistry,
  Ingestion,
  OfflineRetrieval,
  OnlineServing,
  Status,
  ValueType,
  type GetOnlineFeaturesRequest,
  type GetTrainingSetRequest,
  type PushRequest,
} from "@timewell/contracts";
import { ManualClock, systemClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { retryInterceptor } from "./retry-interceptor.ts";
import { createTimewellClient, TimewellClient } from "./timewell-client.ts";

function clientOf(routes: (router: ConnectRouter) => void): TimewellClient {
  const transport = createRouterTransport(routes);
  return TimewellClient.fromTransports({
    registry: transport,
    serving: transport,
    retrieval: transport,
    ingestion: transport,
  });
}

const schemaOfStats = {
  snapshot: {
    project: "demo",
    version: 1n,
    featureViews: [
      {
        name: "stats",
        versions: [
          {
            version: 1,
            definition: { name: "stats", features: [{ name: "score", type: ValueType.DOUBLE }] },
          },
        ],
      },
    ],
  },
};

describe("TimewellClient", () => {
  it("getOnlineFeatures() takes and gives plain objects", async () => {
    let asked: GetOnlineFeaturesRequest | undefined;
    const client = clientOf((router) =>
      router.rpc(OnlineServing.method.getOnlineFeatures, (request) => {
        asked = request;
        return {
          names: ["a__x", "b__y"],
          views: [
            { name: "a", features: 1 },
            { name: "b", features: 1 },
          ],
          rows: [
            {
              values: [{ kind: { case: "int64Value", value: 5n } }, {}],
              statuses: [Status.PRESENT, Status.EXPIRED],
              eventTimesUs: [7n, 8n],
              availableTimesUs: [9n, 0n],
            },
          ],
          registryVersion: 3n,
        };
      }),
    );
    const features = ["a:x", "b:y"];
    const rows = [{ user_id: 5, city: "Rome" }];
    const answer = await client.getOnlineFeatures({
      project: "demo",
      features,
      rows,
      asOf: new Date(1),
      maxAgeMs: 60_000,
    });
    expect(asked?.rows[0]?.keys["user_id"]?.kind).toEqual({ case: "int64Value", value: 5n });
    expect(asked?.options).toMatchObject({ asOfUs: 1000n, maxAgeMs: 60_000n });
    expect(asked?.selection).toMatchObject({ case: "features", value: { references: features } });
    expect(answer.rows).toEqual([
      {
        values: { a__x: 5n, b__y: null },
        statuses: { a: "PRESENT", b: "EXPIRED" },
        eventTimesUs: { a: 7n, b: 8n },
        availableTimesUs: { a: 9n, b: 0n },
      },
    ]);
  });

  it("push() sends a whole number as a double where the view has one, and tells what became of each row", async () => {
    let pushed: PushRequest | undefined;
    let snapshots = 0;
    const client = clientOf((router) => {
      router.rpc(FeatureRegistry.method.getSnapshot, () => {
        snapshots++;
        return schemaOfStats;
      });
      router.rpc(Ingestion.method.push, (request) => {
        pushed = request;
        return {
          results: [
            { outcome: { case: "position", value: { partition: 3, position: 9n } } },
            { outcome: { case: "error", value: { kind: "INVALID_KEY", message: "no" } } },
          ],
        };
      });
    });
    const rows = [
      { keys: { user_id: 1 }, features: { score: 3 }, eventTime: 5n },
      { keys: {}, delete: true },
    ];
    const outcomes = await client.push({ project: "demo", view: "stats", rows, wait: "online" });
    expect(pushed?.rows[0]?.features["score"]?.kind).toEqual({ case: "doubleValue", value: 3 });
    expect(pushed?.rows[1]?.eventTimeUs).toBeUndefined();
    expect(outcomes).toEqual([
      { ok: true, partition: 3, position: 9n },
      { ok: false, kind: "INVALID_KEY", message: "no" },
    ]);
    await client.push({ project: "demo", view: "stats", rows });
    expect(snapshots).toBe(2); // A refused row may mean that the types have changed.
    await client.push({ project: "demo", view: "stats", rows, alsoVersions: [1, 2] });
    expect(pushed?.alsoVersions).toEqual([1, 2]);
  });

  it("materialize() gives each progress", async () => {
    const client = clientOf((router) =>
      router.rpc(Ingestion.method.materialize, async function* ({ fromUs, toUs }) {
        yield { progress: { rowsRead: 1n, fromUs, toUs } };
        yield { progress: { rowsRead: 2n, done: true } };
      }),
    );
    const seen = [];
    for await (const progress of client.materialize({
      project: "demo",
      view: "v",
      from: new Date(1),
      to: 5_000n,
    })) {
      seen.push([progress.rowsRead, progress.fromUs, progress.done]);
    }
    expect(seen).toEqual([
      [1n, 1000n, false],
      [2n, 0n, true],
    ]);
  });

  it("getOnlineFeatures() sends request data of the types that the service declares, asked for once", async () => {
    let asked: GetOnlineFeaturesRequest | undefined;
    let snapshots = 0;
    const requestData = [{ name: "planned", type: ValueType.DOUBLE }];
    const client = clientOf((router) => {
      router.rpc(FeatureRegistry.method.getSnapshot, () => {
        snapshots++;
        return { snapshot: { featureServices: [{ definition: { name: "s", requestData } }] } };
      });
      router.rpc(OnlineServing.method.getOnlineFeatures, (request) => {
        asked = request;
        return { names: ["is_risky"], rows: [{ values: [{}] }, { values: [{}] }], serviceRevision: 4 };
      });
    });
    const rows = [{ airport: "JFK" }, { airport: "SFO" }];
    const request = { project: "demo", service: "s", rows, requestData: [{ planned: 3 }] };
    const answer = await client.getOnlineFeatures(request);
    await client.getOnlineFeatures(request);
    expect(asked?.rows.map((row) => row.requestData["planned"]?.kind)).toEqual([
      { case: "doubleValue", value: 3 },
      undefined,
    ]);
    expect(answer.serviceRevision).toBe(4);
    expect(answer.rows[0]?.values).toEqual({ is_risky: null });
    expect(snapshots).toBe(1);
  });

  it("raises the server's own error: kind, field, hint, and the text once", async () => {
    const client = clientOf((router) =>
      router.rpc(OnlineServing.method.getOnlineFeatures, () => {
        const value = { kind: "FEATURE_NOT_FOUND", field: "features[0]", hint: "Did you mean x?" };
        throw new ConnectError("Cannot find y. Did you mean x?", Code.NotFound, undefined, [
          { desc: ErrorInfoSchema, value },
        ]);
      }),
    );
    const call = client.getOnlineFeatures({ project: "demo", service: "s", rows: [{}] });
    await expect(call).rejects.toMatchObject({
      name: "FeatureStoreError",
      kind: "FEATURE_NOT_FOUND",
      field: "features[0]",
      hint: "Did you mean x?",
      message: "Cannot find y. Did you mean x?",
    });
  });

  it("says which server it cannot reach, and which address it was not given", async () => {
    const client = createTimewellClient({ registryUrl: "http://127.0.0.1:1" });
    await expect(client.registry.listProjects({})).rejects.toMatchObject({ kind: "REGISTRY_UNAVAILABLE" });
    await expect(client.getOnlineFeatures({ project: "p", service: "s", rows: [{}] })).rejects.toThrow(
      "servingUrl",
    );
    expect(() => createTimewellClient({ servingUrl: "localhost:7402" })).toThrow("expected a URL");
    client.close();
  });

  it("ends a call with its deadline", async () => {
    const client = clientOf((router) =>
      router.rpc(FeatureRegistry.method.plan, async (_request, { signal }) => {
        await systemClock().sleep(10_000, signal);
        return {};
      }),
    );
    const call = client.plan("demo", {}, { timeoutMs: 30 });
    await expect(call).rejects.toMatchObject({ kind: "DEADLINE_EXCEEDED" });
  });
});

describe("trainingSet()", () => {
  const parts = [
    { part: { case: "arrowSchema" as const, value: Uint8Array.of(1) } },
    { part: { case: "arrowBatch" as const, value: Uint8Array.of(2, 3) } },
  ];
  const receipt = { part: { case: "receipt" as const, value: { rows: 7n } } };

  function retrieval(
    answer: object[],
    seen: { request?: GetTrainingSetRequest; uploaded: number[] } = { uploaded: [] },
  ) {
    const client = clientOf((router) => {
      router.rpc(OfflineRetrieval.method.getTrainingSet, async function* (requests) {
        for await (const request of requests) {
          if (seen.request === undefined) seen.request = request;
          else seen.uploaded.push(request.labelsChunk.length);
        }
        yield* answer;
      });
    });
    return { client, seen };
  }

  it("streams bytes, then the receipt", async () => {
    const { client, seen } = retrieval([...parts, receipt]);
    const labels = { path: "labels.parquet" };
    const set = await client.trainingSet({
      project: "demo",
      service: "s",
      labels,
      mode: "AVAILABLE",
      maxAgeMs: 5,
    });
    expect(await set.bytes()).toEqual(Buffer.of(1, 2, 3));
    expect((await set.receipt).rows).toBe(7n);
    expect(seen.request).toMatchObject({
      mode: 2,
      maxAgeMs: 5n,
      labels: { case: "labelsPath", value: "labels.parquet" },
    });
    await expect(set.bytes()).rejects.toThrow("read once");
  });

  it("a stream that ends without its receipt is an error, not a smaller training set", async () => {
    const { client } = retrieval(parts);
    const set = await client.trainingSet({ project: "demo", service: "s", labels: { digest: "abc" } });
    await expect(set.bytes()).rejects.toMatchObject({ kind: "DATA_LOSS" });
    await expect(set.receipt).rejects.toMatchObject({ kind: "DATA_LOSS" });
  });

  it("sends a local file after the request, in chunks of at most 1 MiB", async () => {
    const folder = await mkdtemp(join(tmpdir(), "timewell-"));
    const bytes = Buffer.alloc(2.5 * 2 ** 20, 1);
    bytes.writeUInt32LE(0xffff_ffff, 0);
    await writeFile(join(folder, "labels.arrows"), bytes);
    await writeFile(join(folder, "labels.csv"), "a,b\n1,2\n3,4\n");
    const { client, seen } = retrieval([...parts, receipt]);
    const init = { project: "demo", service: "s" };
    await (await client.trainingSet({ ...init, labels: { file: join(folder, "labels.arrows") } })).bytes();
    expect(seen.uploaded.reduce((sum, size) => sum + size)).toBe(bytes.length);
    expect(Math.max(...seen.uploaded)).toBe(2 ** 20);
    expect(seen.request?.labels).toEqual({ case: "labelsFollow", value: true });
    const csv = client.trainingSet({ ...init, labels: { file: join(folder, "labels.csv") } });
    await expect(csv).rejects.toMatchObject({ kind: "INVALID_LABELS" });
    const nothing = client.trainingSet({ ...init, labels: { file: join(folder, "nothing") } });
    await expect(nothing).rejects.toMatchObject({ kind: "FILE_NOT_FOUND" });
    await rm(folder, { recursive: true });
  });
});

describe("retryInterceptor()", () => {
  function failing(method: "getServingInfo" | "push", failures: number, code = Code.Unavailable) {
    const clock = new ManualClock();
    clock.sleep = () => Promise.resolve();
    let calls = 0;
    const answer = () => {
      if (++calls <= failures) throw new ConnectError("no", code);
      return {};
    };
    const transport = createRouterTransport(
      (router) => {
        router.rpc(OnlineServing.method.getServingInfo, answer);
        router.rpc(Ingestion.method.push, answer);
      },
      { transport: { interceptors: [retryInterceptor(clock)] } },
    );
    const client = TimewellClient.fromTransports({ serving: transport, ingestion: transport });
    const call = () => (method === "push" ? client.ingestion.push({}) : client.serving.getServingInfo({}));
    return { call, calls: () => calls };
  }

  it("sends a read again that found nobody", async () => {
    const { call, calls } = failing("getServingInfo", 2);
    await call();
    expect(calls()).toBe(3);
  });

  it("never sends a write again, nor a read that was answered", async () => {
    const push = failing("push", 1);
    await expect(push.call()).rejects.toThrow();
    expect(push.calls()).toBe(1);
    const refused = failing("getServingInfo", 1, Code.NotFound);
    await expect(refused.call()).rejects.toThrow();
    expect(refused.calls()).toBe(1);
  });

  it("hardly amplifies the load on a service that is down", async () => {
    const { call, calls } = failing("getServingInfo", Number.POSITIVE_INFINITY);
    for (let i = 0; i < 200; i++) await call().catch(() => undefined);
    expect(calls()).toBeLessThanOrEqual(220);
  });
});
