import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type BatchEnd,
  DefinitionsSchema,
  GetTrainingSetRequestSchema,
  type GetTrainingSetResponse,
  Mode,
  type Receipt,
  type TrainingSetStart,
  ValueType,
} from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { compileProject, findView, planDefinitions } from "@timewell/model";
import type { FeatureValue } from "@timewell/row";
import { createDuckdbEngine, type DuckdbEngine } from "@timewell/store-duckdb";
import { InMemoryIngestLog, InMemoryOfflineCatalog, InMemoryTrainingCatalog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { type Table, tableFromIPC } from "apache-arrow";

import { getTrainingSet } from "../get-training-set.ts";
import type { RetrievalDeps } from "../retrieval-deps.ts";
import { trainingMessages } from "../training-messages.testdata.ts";

/** When the clock of a world stands, µs UTC. */
export const nowUs = 1_767_225_600_000_000n;

const {
  BOOL,
  BYTES,
  DOUBLE,
  DOUBLE_LIST,
  FLOAT,
  FLOAT_VECTOR,
  INT32,
  INT64,
  STRING,
  STRING_LIST,
  TIMESTAMP,
} = ValueType;

const features = [
  { name: "i", type: INT32 },
  { name: "n", type: INT64 },
  { name: "x", type: DOUBLE },
  { name: "f", type: FLOAT },
  { name: "b", type: BOOL },
  { name: "s", type: STRING },
  { name: "raw", type: BYTES },
  { name: "t", type: TIMESTAMP },
  { name: "xs", type: DOUBLE_LIST },
  { name: "ss", type: STRING_LIST },
  { name: "v", type: FLOAT_VECTOR, dimension: 3 },
];

const plan = planDefinitions(
  undefined,
  "default",
  create(DefinitionsSchema, {
    entities: [{ name: "user", joinKeys: [{ name: "user", type: INT64 }] }],
    featureViews: [
      { name: "stats", entity: "user", features, ttlMs: 1_000n },
      { name: "scores", entity: "user", features: [{ name: "score", type: DOUBLE }] },
    ],
    featureServices: [
      {
        name: "both",
        views: [{ view: "stats" }, { view: "scores", alias: "other", joinKeyMapping: { user: "friend" } }],
      },
      {
        name: "made",
        views: [{ view: "stats" }, { view: "scores" }],
        requestData: [{ name: "amount", type: DOUBLE }],
        onDemandFeatures: [
          { name: "is_more", type: BOOL, expression: "amount > scores.score" },
          { name: "ratio", type: INT64, expression: "stats.n / stats.i" },
          { name: "text", type: STRING, expression: "stats.s + '!'" },
          { name: "both_of", type: DOUBLE_LIST, expression: "[amount, scores.score]" },
        ],
      },
    ],
  }),
);

/** A request as tests write it. */
export type RequestInit = Extract<
  MessageInitShape<typeof GetTrainingSetRequestSchema>,
  { $typeName?: never }
>;

/** A batch of a stream. */
export interface ReadBatch {
  readonly bytes: Buffer;
  readonly end: BatchEnd;
}

/** A stream that was read to its end. */
export interface ReadStream {
  readonly start: TrainingSetStart;
  readonly schema: Uint8Array;
  readonly batches: readonly ReadBatch[];
  readonly receipt: Receipt;
}

/** Retrieval over stores in memory and the real offline engine. */
export class StreamWorld {
  readonly project = compileProject(plan.build({ viewIds: [1, 2], appliedAtUs: nowUs, appliedBy: "" }));
  readonly clock = new ManualClock(nowUs);
  readonly log = new InMemoryIngestLog(this.clock);
  readonly engine: DuckdbEngine;
  readonly deps: RetrievalDeps;
  readonly #folder: string;

  private constructor(folder: string, batchRows: number | undefined, stallMs?: number) {
    this.#folder = folder;
    this.engine = createDuckdbEngine({
      memoryLimitBytes: 256 * 1024 * 1024,
      threads: 1,
      workersMax: 1,
      tempDirectory: join(folder, "tmp"),
      allowedDirectories: [folder],
    });
    let ids = 0;
    this.deps = {
      definitions: {
        project: () => this.project,
        projectAt: () => Promise.resolve(this.project),
      },
      ingestLog: this.log,
      offlineCatalog: new InMemoryOfflineCatalog(),
      trainingCatalog: new InMemoryTrainingCatalog(),
      offlineEngine: this.engine,
      offlineRoot: join(folder, "offline"),
      labelsRoot: join(folder, "offline", "labels"),
      roots: { dataRoot: folder, otherRoots: [] },
      clock: this.clock,
      newId: () => `id-${++ids}`,
      graceUs: 1_000_000n,
      stallMs,
      batchRows,
    };
  }

  static async create(batchRows: number | undefined, stallMs?: number): Promise<StreamWorld> {
    return new StreamWorld(await mkdtemp(join(tmpdir(), "timewell-stream-")), batchRows, stallMs);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Folder of the world; paths of requests start there. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Appends a row to the log. */
  async push(
    view: string,
    user: bigint,
    eventTimeUs: bigint,
    values: readonly FeatureValue[],
  ): Promise<void> {
    const { id: viewId, codec } = findView(this.project, view);
    const entityKey = encodeKey(["INT64"], [user]);
    const payload = codec.encode(values);
    await this.log.append([{ viewId, entityKey, deleted: false, eventTimeUs, payload }]);
  }

  /** Asks for a training set of service `both`, unless the request says otherwise. */
  stream(
    request: RequestInit,
    labels?: Uint8Array,
    signal: AbortSignal = new AbortController().signal,
  ): AsyncGenerator<GetTrainingSetResponse> {
    const full = create(GetTrainingSetRequestSchema, {
      project: "default",
      ...(request.selection?.case === "trainingSetId"
        ? {}
        : { selection: { case: "featureService", value: "both" }, mode: Mode.EVENT_TIME }),
      ...(labels === undefined ? {} : { labels: { case: "labelsFollow", value: true } }),
      ...request,
    });
    const messages = trainingMessages(full, labels === undefined ? [] : [labels]);
    return getTrainingSet(this.deps, messages, { signal, principal: "tester" });
  }

  /** Reads a training set to its end. */
  async read(request: RequestInit, labels?: Uint8Array): Promise<ReadStream> {
    return readStream(this.stream(request, labels));
  }
}

/** Reads a stream to its end. */
export async function readStream(responses: AsyncIterable<GetTrainingSetResponse>): Promise<ReadStream> {
  const batches: ReadBatch[] = [];
  let pieces: Uint8Array[] = [];
  let [start, schema, receipt] = [undefined, undefined, undefined] as [
    TrainingSetStart | undefined,
    Uint8Array | undefined,
    Receipt | undefined,
  ];
  for await (const { part, batchEnd } of responses) {
    if (part.case === "start") start = part.value;
    else if (part.case === "arrowSchema") schema = part.value;
    else if (part.case === "receipt") receipt = part.value;
    else if (part.case === "arrowBatch") pieces.push(part.value);
    if (batchEnd === undefined) continue;
    batches.push({ bytes: Buffer.concat(pieces), end: batchEnd });
    pieces = [];
  }
  if (pieces.length > 0) throw new Error("a batch has no end");
  return { start: start!, schema: schema!, batches, receipt: receipt! };
}

/** The rows of a stream. */
export function tableOf({ schema, batches }: Pick<ReadStream, "schema" | "batches">): Table {
  return tableFromIPC(Buffer.concat([schema, ...batches.map(({ bytes }) => bytes)]));
}

/** The rows of a stream as texts, one each, to be compared. */
export function rowTexts(stream: Pick<ReadStream, "schema" | "batches">): string[] {
  const show = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
  return tableOf(stream)
    .toArray()
    .map((row) => JSON.stringify(row, show));
}
