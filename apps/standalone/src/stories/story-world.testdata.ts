import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { create, createFileRegistry, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Client, createClient } from "@connectrpc/connect";
import {
  GetTrainingSetRequestSchema,
  Ingestion,
  type Mode,
  OfflineRetrieval,
  OnlineServing,
  type PushRequestSchema,
  type Receipt,
  Status,
} from "@timewell/contracts";
import { createIngestionServer, type IngestionServer } from "@timewell/ingestion";
import {
  type CompiledProject,
  type CompiledView,
  findView,
  serviceDescriptor,
  valueToFeature,
} from "@timewell/model";
import { createRetrievalServer } from "@timewell/retrieval";
import { compileRowCodec, type FeatureValue } from "@timewell/row";
import { createInProcessTransport } from "@timewell/service";
import { createServingServer, type ServingDeps } from "@timewell/serving";
import { tableFromIPC } from "apache-arrow";

import { arrowValue } from "../arrow-labels.testdata.ts";
import { type Life, mortal } from "./mortal.testdata.ts";
import type { StoryEngines } from "./story-engines.testdata.ts";
import { storyProject, storyService, storyUnits, storyViews } from "./story-project.testdata.ts";

/** What was said of one row of one view: its status, and the bytes of its features where it is PRESENT. */
export type Answer = string;

/** A row that is asked for. */
export interface Who {
  readonly user: string;
  readonly device: bigint;
}

/** What serving said, by name; all by row, then by view in the order of `storyViews`. */
export interface Reading {
  readonly atUs: bigint;
  readonly answers: readonly (readonly Answer[])[];
  /** What the typed service said, at an instant of its own. */
  readonly typed: { readonly atUs: bigint; readonly answers: readonly (readonly Answer[])[] };
  /** Event time and available time, µs UTC; zeros where there is no row. */
  readonly times: readonly (readonly (readonly [bigint, bigint])[])[];
}

/** What training said. */
export interface Trained {
  /** By label, then by view in the order of `storyViews`. */
  readonly answers: readonly (readonly Answer[])[];
  readonly receipt: Receipt;
}

const none = { observe: () => undefined };

/** All the services of a story over its engines. Ingestion can be ended, also by force; serving and retrieval live on. */
export class StoryWorld {
  readonly engines: StoryEngines;
  readonly project: CompiledProject;
  readonly #serving: ServingDeps;
  readonly #readByName: Client<typeof OnlineServing>;
  readonly #retrieval: Client<typeof OfflineRetrieval>;
  readonly #expiry: "physical" | "none";
  #life: Life = { isOver: true, endsAfter: undefined };
  #ingestion: IngestionServer | undefined;
  #client: Client<typeof Ingestion> | undefined;
  #ids = 0;

  constructor(engines: StoryEngines, expiry: "physical" | "none") {
    this.engines = engines;
    this.#expiry = expiry;
    this.project = storyProject(engines.unitMs);
    const definitions = {
      project: () => this.project,
      projectAt: async () => this.project,
      projects: () => [this.project],
      onChange: () => () => undefined,
      ageMs: () => 0,
    };
    const { clock, store: onlineStore } = engines;
    this.#serving = {
      definitions,
      onlineStore,
      clock,
      graceUs: this.#graceUs,
      metrics: {
        countViewRows: () => undefined,
        observeAge: () => undefined,
        observeStoreRead: () => undefined,
        countOnDemandError: () => undefined,
        forView: () => ({ countRows: () => undefined, observeAge: () => undefined }),
        forMethod: () => ({ rows: none, decode: none, read: none, assemble: none }),
      },
    };
    this.#readByName = createClient(
      OnlineServing,
      createInProcessTransport(createServingServer(this.#serving).routes),
    );
    const retrieval = createRetrievalServer({ ...engines, ...this.#folders, definitions, ...this.#common });
    this.#retrieval = createClient(OfflineRetrieval, createInProcessTransport(retrieval.routes));
  }

  get nowUs(): bigint {
    return this.engines.clock.nowUs();
  }

  get unitUs(): bigint {
    return BigInt(this.engines.unitMs) * 1000n;
  }

  view(name: string): CompiledView {
    return findView(this.project, name);
  }

  /** True while an ingestion runs. */
  get isIngesting(): boolean {
    return !this.#life.isOver;
  }

  /** Starts ingestion, or lets one live that was about to end. */
  startIngestion(): void {
    this.#life.endsAfter = undefined;
    if (this.isIngesting) return;
    const life: Life = { isOver: false, endsAfter: undefined };
    const { engines } = this;
    const hasRows = ([writes, options]: readonly unknown[]) =>
      (writes as unknown[]).length > 0 && (options as { fence?: unknown } | undefined)?.fence !== undefined;
    this.#ingestion = createIngestionServer({
      ...engines,
      ...this.#folders,
      ...this.#common,
      definitions: this.#serving.definitions,
      onlineStore: mortal(engines.store, life, hasRows),
      ingestLog: mortal(engines.ingestLog, life),
      offlineCatalog: mortal(engines.offlineCatalog, life),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      settings: {
        futureToleranceUs: BigInt(storyUnits.tolerance) * this.unitUs,
        graceUs: this.#graceUs,
        expiry: this.#expiry,
        backlogRowsMax: 100_000n,
        // The story flushes.
        flushIntervalMs: 1_000_000_000,
        logRetentionUs: 86_400_000_000n,
        leaseMs: engines.leaseMs,
      },
    });
    this.#life = life;
    this.#client = createClient(Ingestion, createInProcessTransport(this.#ingestion.routes));
    this.#ingestion.start();
  }

  /** Ends ingestion in good order. */
  async stopIngestion(): Promise<void> {
    if (!this.isIngesting) return;
    this.#life.endsAfter = undefined;
    let isStopped = false;
    const stopped = this.#ingestion!.stop().then(() => (isStopped = true));
    for (let steps = 0; !isStopped && steps < 1_000; steps++) await this.engines.advance(10);
    await stopped;
    this.#life.isOver = true;
  }

  /** Ends ingestion without a word: now, or after what it does next. */
  killIngestion(endsAfter?: "apply"): void {
    if (endsAfter === undefined) this.#life.isOver = true;
    else this.#life.endsAfter = endsAfter;
  }

  /** Places of the rows in the log, `partition/position`. */
  async push(request: MessageInitShape<typeof PushRequestSchema>): Promise<string[]> {
    const { results } = await this.#client!.push({ project: "default", ...request });
    return results.map(({ outcome }) => {
      if (outcome.case === "position") return `${outcome.value.partition}/${outcome.value.position}`;
      throw new Error(`A row was refused: ${JSON.stringify(outcome.value)}`);
    });
  }

  flush(): Promise<number> {
    return this.#ingestion!.flush();
  }

  async materialize(featureView: string): Promise<void> {
    for await (const _ of this.#client!.materializeIncremental({ project: "default", featureView }));
  }

  async rebuild(featureView: string): Promise<void> {
    for await (const _ of this.#client!.rebuildOnline({ project: "default", featureView }));
  }

  async collectGarbage(): Promise<void> {
    for await (const _ of this.#client!.collectGarbage({ project: "default" }));
  }

  /** What callers get now, by name and typed, and the times of the rows as the store has them. */
  async read(whos: readonly Who[]): Promise<Reading> {
    const response = await this.#readByName.getOnlineFeatures({
      project: "default",
      selection: { case: "featureService", value: storyService },
      options: { includeTimes: true },
      rows: whos.map(({ user, device }) => ({
        keys: {
          user: { kind: { case: "stringValue", value: user } },
          device: { kind: { case: "int64Value", value: device } },
        },
      })),
    });
    const answers = response.rows.map(({ values, statuses }) => {
      let at = 0;
      return storyViews.map((name, v) => {
        const { features } = this.view(name);
        const own = features.map((feature) => valueToFeature(values[at++], feature, feature.name));
        return this.answer(name, statusName(statuses[v]!), own);
      });
    });
    const times = response.rows.map(({ eventTimesUs, availableTimesUs }) =>
      storyViews.map((_, v) => [eventTimesUs[v]!, availableTimesUs[v]!] as const),
    );
    return { atUs: response.servedAtUs, answers, times, typed: await this.#readTyped(whos) };
  }

  async #readTyped(whos: readonly Who[]): Promise<Reading["typed"]> {
    const service = this.project.services.get(storyService)!;
    const keys = service.selection.keys.map((key) => ({
      ...key,
      dimension: 0,
      number: service.keyNumbers.get(key.name)!,
    }));
    const entityRow = compileRowCodec(keys);
    const request = new BinaryWriter();
    for (const who of whos) {
      const row = entityRow.encode(keys.map(({ name }) => who[name as keyof Who]));
      request.tag(1, WireType.LengthDelimited).bytes(row);
    }
    const { output } = serviceDescriptor("default", service).method.get!;
    const bytes = await typedHandler(this.#serving)(request.finish(), {
      timeoutMs: () => undefined,
      answerMemory: (size) => Buffer.alloc(size),
    });
    const response = reflect(output, fromBinary(output, bytes, { readUnknownFields: true }));
    const answers = [...(get(response, "rows") as Iterable<ReflectMessage>)].map((row) => {
      const states = get(row, "states") as ReflectMessage | undefined;
      return storyViews.map((name) => {
        const state = states === undefined ? 0 : Number(get(states, name));
        const status = state === 0 ? "PRESENT" : statusName(state);
        const message = get(row, name) as ReflectMessage;
        const values = this.view(name).codec.decode(toBinary(message.desc, message.message));
        return this.answer(name, status, values);
      });
    });
    return { atUs: get(response, "served_at_us") as bigint, answers };
  }

  /** What training says of the same rows at instants of the past. */
  async train(labels: readonly (Who & { readonly atUs: bigint })[], mode: Mode): Promise<Trained> {
    const path = join(this.engines.folder, "labels.csv");
    const lines = labels.map(({ user, device, atUs }) => `${user},${device},${instantText(atUs)}`);
    await writeFile(path, ["user,device,event_timestamp", ...lines, ""].join("\n"));
    const request = create(GetTrainingSetRequestSchema, {
      project: "default",
      selection: { case: "featureService", value: storyService },
      labels: { case: "labelsPath", value: path },
      mode,
      includeStatuses: true,
    });
    const parts: Uint8Array[] = [];
    let receipt: Receipt | undefined;
    for await (const { part } of this.#retrieval.getTrainingSet(once(request))) {
      if (part.case === "arrowSchema" || part.case === "arrowBatch") parts.push(part.value);
      if (part.case === "receipt") receipt = part.value;
    }
    const table = tableFromIPC(Buffer.concat(parts));
    const answers = labels.map((_, row) =>
      storyViews.map((name) => {
        const status = table.getChild(`${name}__status`)!.get(row) as string;
        const values = this.view(name).features.map((feature) =>
          arrowValue(table.getChild(`${name}__${feature.name}`)!, row),
        );
        return this.answer(name, status, values);
      }),
    );
    return { answers, receipt: receipt! };
  }

  /** An answer in the form of those of serving and of training. */
  answer(view: string, status: string, values: readonly FeatureValue[]): Answer {
    const bytes = Buffer.from(this.view(view).codec.encode(values)).toString("hex");
    return bytes === "" ? status : `${status} ${bytes}`;
  }

  get #graceUs(): bigint {
    return BigInt(storyUnits.grace) * this.unitUs;
  }

  get #folders() {
    const { folder } = this.engines;
    return {
      offlineRoot: join(folder, "offline"),
      labelsRoot: join(folder, "offline", "labels"),
      roots: { dataRoot: folder, otherRoots: [] },
    };
  }

  get #common() {
    return { graceUs: this.#graceUs, newId: () => `id-${++this.#ids}` };
  }
}

function statusName(status: number): string {
  return Object.entries(Status).find(([, number]) => number === status)![0];
}

/** ISO 8601 with µs. */
export function instantText(us: bigint): string {
  const text = new Date(Number(us / 1000n)).toISOString();
  return `${text.slice(0, -1)}${String(us % 1000n).padStart(3, "0")}Z`;
}

interface Call {
  timeoutMs(): undefined;
  answerMemory(bytes: number): Buffer;
}
type Handler = (request: Uint8Array, context: Call) => Promise<Uint8Array>;

/** The handler that serving registers for the one typed service. */
function typedHandler(deps: ServingDeps): Handler {
  let found: Handler | undefined;
  const server = {
    service: () => undefined,
    register(path: string, { handler }: { readonly handler: Handler }) {
      if (path === "/timewell.features.default.Everything/Get") found = handler;
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

async function* once<T>(item: T): AsyncGenerator<T> {
  yield item;
}
