import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { OfflineRetrieval, OnlineServing } from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { featureToValue, type OnDemandColumn, serviceDescriptor, valueToFeature } from "@timewell/model";
import { createRetrievalServer } from "@timewell/retrieval";
import { compileRowCodec, encodeStoredRow, type FeatureValue } from "@timewell/row";
import { createServingServer, type ServingDeps } from "@timewell/serving";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import {
  InMemoryIngestLog,
  InMemoryOfflineCatalog,
  InMemoryTrainingCatalog,
  InMemoryOnlineStore,
  type OfflineEngine,
} from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { arrowLabels, arrowValue, hasOddNaN } from "./arrow-labels.testdata.ts";
import { type OnDemandCase, onDemandCases } from "./on-demand-case.testdata.ts";

const nowUs = 1_767_225_600_000_000n;

describe("on-demand features", () => {
  let folder: string;
  let offlineEngine: OfflineEngine;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "timewell-on-demand-"));
    offlineEngine = createDuckdbEngine({
      memoryLimitBytes: 256 * 2 ** 20,
      threads: 1,
      workersMax: 1,
      tempDirectory: join(folder, "tmp"),
      allowedDirectories: [folder],
    });
  });
  afterAll(async () => {
    await offlineEngine.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("are the same bits by name, from typed services and in training sets (semantics 10)", async () => {
    const property = fc.asyncProperty(onDemandCases, async (each) => {
      const byName = await readByName(await serving(each), each);
      expect(await readTyped(await serving(each), each)).toEqual(byName);
      expect(await train(each)).toEqual(byName);
    });
    await fc.assert(property, { numRuns: Number(process.env.TIMEWELL_RUNS ?? 20) });
  }, 120_000);

  async function serving({ project, rows }: OnDemandCase): Promise<ServingDeps> {
    const clock = new ManualClock(nowUs);
    const onlineStore = new InMemoryOnlineStore(clock);
    const header = { deleted: false, eventTimeUs: nowUs, order: 1n, availableTimeUs: nowUs };
    const { codec } = project.viewsById.get(1)!;
    await onlineStore.apply(
      rows.flatMap(({ features }, id) =>
        features === undefined
          ? []
          : [
              {
                viewId: 1,
                entityKey: encodeKey(["INT64"], [BigInt(id)]),
                row: encodeStoredRow(header, codec.encode(features)),
                stampAvailableTime: false,
              },
            ],
      ),
    );
    const none = { observe: () => undefined };
    return {
      definitions: {
        project: () => project,
        projects: () => [project],
        onChange: () => () => undefined,
        ageMs: () => 0,
      },
      onlineStore,
      clock,
      graceUs: 0n,
      metrics: {
        countViewRows: () => undefined,
        observeAge: () => undefined,
        observeStoreRead: () => undefined,
        countOnDemandError: () => undefined,
        forView: () => ({ countRows: () => undefined, observeAge: () => undefined }),
        forMethod: () => ({ rows: none, decode: none, read: none, assemble: none }),
      },
    };
  }

  async function train({ project, rows }: OnDemandCase): Promise<string[][]> {
    const clock = new ManualClock(nowUs);
    const ingestLog = new InMemoryIngestLog(clock);
    const { codec } = project.viewsById.get(1)!;
    const written = rows.flatMap(({ features }, id) =>
      features === undefined
        ? []
        : [
            {
              viewId: 1,
              entityKey: encodeKey(["INT64"], [BigInt(id)]),
              deleted: false,
              eventTimeUs: nowUs,
              payload: codec.encode(features),
            },
          ],
    );
    if (written.length > 0) await ingestLog.append(written);
    let ids = 0;
    const { routes } = createRetrievalServer({
      definitions: { project: () => project, projectAt: async () => project },
      ingestLog,
      offlineCatalog: new InMemoryOfflineCatalog(),
      trainingCatalog: new InMemoryTrainingCatalog(),
      offlineEngine,
      offlineRoot: join(folder, "offline"),
      labelsRoot: join(folder, "offline", "labels"),
      roots: { dataRoot: folder, otherRoots: [] },
      clock,
      newId: () => `id-${++ids}`,
      graceUs: 0n,
    });
    const client = createClient(OfflineRetrieval, createRouterTransport(routes));
    const { selection } = project.services.get("scores")!;
    const requestData = rows.map((row) => row.requestData);
    const arrowIpc = arrowLabels(selection.requestData, requestData, nowUs);
    const parts: Uint8Array[] = [];
    const request = {
      project: "default",
      selection: { case: "featureService", value: "scores" },
      labels: { case: "labelsFollow", value: true },
      mode: 1,
    } as const;
    for await (const { part } of client.getTrainingSet(toStream([request, { labelsChunk: arrowIpc }]))) {
      if (part.case === "arrowSchema" || part.case === "arrowBatch") parts.push(part.value);
    }
    const table = tableFromIPC(Buffer.concat(parts));
    return rows.map((_, row) =>
      selection.onDemand!.columns.map((column) => {
        const vector = table.getChild(column.name)!;
        expect(hasOddNaN(vector)).toBe(false);
        return bits(column, arrowValue(vector, row));
      }),
    );
  }
});

async function readByName(deps: ServingDeps, { project, rows }: OnDemandCase): Promise<string[][]> {
  const client = createClient(OnlineServing, createRouterTransport(createServingServer(deps).routes));
  const { requestData, onDemand, columns } = project.services.get("scores")!.selection;
  const response = await client.getOnlineFeatures({
    project: "default",
    selection: { case: "featureService", value: "scores" },
    rows: rows.map((row, id) => ({
      keys: { id: { kind: { case: "int64Value", value: BigInt(id) } } },
      requestData: Object.fromEntries(
        requestData.map((field, i) => [field.name, featureToValue(field.type, row.requestData[i]!)]),
      ),
    })),
  });
  return response.rows.map(({ values }) =>
    onDemand!.columns.map((column, c) =>
      bits(column, valueToFeature(values[columns.length + c], column, column.name)),
    ),
  );
}

async function readTyped(deps: ServingDeps, { project, rows }: OnDemandCase): Promise<string[][]> {
  const service = project.services.get("scores")!;
  const { keys, requestData, onDemand } = service.selection;
  const fields = [...keys.map((key) => ({ ...key, dimension: 0 })), ...requestData];
  const entityRow = compileRowCodec(
    fields.map((field) => ({ ...field, number: service.keyNumbers.get(field.name)! })),
  );
  const request = new BinaryWriter();
  rows.forEach((row, id) =>
    request.tag(1, WireType.LengthDelimited).bytes(entityRow.encode([BigInt(id), ...row.requestData])),
  );
  const { output } = serviceDescriptor("default", service).method.get!;
  const answer = await typedHandler(deps)(request.finish(), {
    timeoutMs: () => undefined,
    answerMemory: (bytes) => Buffer.alloc(bytes),
  });
  const response = reflect(output, fromBinary(output, answer, { readUnknownFields: true }));
  const computed = compileRowCodec(
    onDemand!.columns.map((column) => ({ ...column, number: service.computedNumbers.get(column.name)! })),
  );
  return [...(get(response, "rows") as Iterable<ReflectMessage>)].map((row) => {
    const message = get(row, "computed") as ReflectMessage;
    const values = computed.decode(toBinary(message.desc, message.message));
    return onDemand!.columns.map((column, c) => bits(column, values[c]!));
  });
}

type Handler = (
  request: Uint8Array,
  context: { timeoutMs(): undefined; answerMemory(bytes: number): Buffer },
) => Promise<Uint8Array>;

/** The handler that serving registers for the one typed service. */
function typedHandler(deps: ServingDeps): Handler {
  let found: Handler | undefined;
  const server = {
    service: () => undefined,
    register(path: string, { handler }: { readonly handler: Handler }) {
      if (path === "/timewell.features.default.Scores/Get") found = handler;
    },
    unregister: () => undefined,
  };
  const descriptors = { add: () => () => undefined, registry: createFileRegistry() };
  createServingServer(deps).grpc(server as never, descriptors as never);
  return found!;
}

function get(message: ReflectMessage, name: string): unknown {
  return message.get(message.fields.find((field) => field.name === name)!);
}

/** The value as bytes: -0 is not 0, NaN is NaN, NULL and the empty list differ. */
function bits({ type, dimension }: OnDemandColumn, value: FeatureValue): string {
  const codec = compileRowCodec([{ number: 1, type, dimension }]);
  return Buffer.from(codec.encode([value])).toString("hex");
}

async function* toStream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
