import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import {
  DefinitionKind,
  type EraseReceipt,
  FeatureRegistry,
  GetTrainingSetRequestSchema,
  Ingestion,
  type Mode,
  OfflineRetrieval,
  PushRow_Operation,
  type Receipt,
  type TrainingSetStart,
} from "@timewell/contracts";
import { createInProcessTransport, createLogger, createMetrics } from "@timewell/service";
import { createDuckdbEngine } from "@timewell/store-duckdb";
import type { OfflineEngine } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";

import { createStandaloneServer, type StandaloneServer } from "../server.ts";
import {
  rebuildDefinitions,
  type DefinitionsVersion,
  type RebuildView,
} from "./rebuild-definitions.testdata.ts";
import type { OpenRebuildStores, RebuildStores } from "./rebuild-stores.testdata.ts";

const startUs = 1_767_225_600_000_000n;
const minuteUs = 60_000_000n;
const project = "default";

/** A training set as a client got it. */
export interface TrainedSet {
  readonly start: TrainingSetStart;
  readonly receipt: Receipt;
  /** Schema and batches, hex. */
  readonly bytes: string;
}

/** What is asked for. */
export type TrainingRequest = MessageInitShape<typeof GetTrainingSetRequestSchema>;

/** A row that is pushed or stands in a source file. */
export interface WorldRow {
  readonly view: RebuildView;
  readonly user: string;
  /** Age of its event time; negative: still to come. */
  readonly ageMin: number;
}

/** All four services, at a time that the test decides. */
export class RebuildWorld {
  readonly clock = new ManualClock(startUs);
  readonly folder: string;
  readonly #open: OpenRebuildStores;
  readonly #engine: OfflineEngine;
  #stores!: RebuildStores;
  #server!: StandaloneServer;
  #version: DefinitionsVersion = { features: 1, ttlMs: 7_200_000n };
  #files = 0;
  #number = 0n;

  private constructor(folder: string, open: OpenRebuildStores) {
    this.folder = folder;
    this.#open = open;
    this.#engine = createDuckdbEngine({
      memoryLimitBytes: 256 * 2 ** 20,
      threads: 1,
      workersMax: 2,
      tempDirectory: join(folder, "tmp"),
      allowedDirectories: [folder],
    });
  }

  static async create(open: OpenRebuildStores): Promise<RebuildWorld> {
    const world = new RebuildWorld(await mkdtemp(join(tmpdir(), "timewell-rebuilds-")), open);
    for (const view of ["created", "plain"] as const)
      await world.writeSource({ view, user: "a", ageMin: 30 }, 0);
    await world.#start();
    await world.apply({});
    return world;
  }

  async #start(): Promise<void> {
    this.#stores = await this.#open(this.clock, this.folder);
    const log = createLogger({ name: "test", level: "silent" });
    this.#server = createStandaloneServer({
      engines: { ...this.#stores, offlineEngine: this.#engine },
      kit: { clock: this.clock, log, metrics: createMetrics({ processMetrics: false }) },
      folders: {
        offlineRoot: join(this.folder, "offline"),
        labelsRoot: join(this.folder, "offline", "labels"),
        roots: { dataRoot: this.folder, otherRoots: [] },
        engine: undefined as never,
      },
      settings: {
        futureToleranceUs: 5n * minuteUs,
        graceUs: 600n * minuteUs,
        expiry: "none",
        backlogRowsMax: 100_000n,
        // The test flushes.
        flushIntervalMs: 1_000_000_000,
        logRetentionUs: 10n * minuteUs,
        leaseMs: 15_000,
        upkeep: {
          segmentsMin: 3,
          segmentBytesMax: 2 ** 20,
          segmentGraceUs: 10n * minuteUs,
          quarantineRetentionUs: 600n * minuteUs,
        },
      },
      feastProject: undefined,
    });
    await this.#until(this.#server.start());
  }

  /** Deletes the feature service, and the view that is filled by pushes alone. */
  async deleteService(withView = false): Promise<void> {
    await this.#registry.deleteDefinition({ project, kind: DefinitionKind.FEATURE_SERVICE, name: "all" });
    if (withView)
      await this.#registry.deleteDefinition({ project, kind: DefinitionKind.FEATURE_VIEW, name: "pushed" });
    await this.wait(50);
  }

  /** Ends all servers and starts them again. */
  async restart(): Promise<void> {
    await this.#until(this.#server.stop());
    await this.#stores.close();
    await this.#start();
  }

  async close(): Promise<void> {
    await this.#until(this.#server.stop());
    await this.#stores.close();
    await this.#engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Applies the definitions with something changed. */
  async apply(change: Partial<DefinitionsVersion>): Promise<void> {
    this.#version = { ...this.#version, ...change };
    const definitions = rebuildDefinitions(this.#version);
    const { version } = await this.#registry.apply({ project, definitions });
    for (;;) {
      // The receipt of a training set names the version that retrieval knows.
      const { snapshot } = await this.#registry.getSnapshot({ project });
      if (snapshot?.version === version) break;
      await this.wait(50);
    }
    await this.wait(50);
  }

  get features(): number {
    return this.#version.features;
  }

  async push({ view, user, ageMin }: WorldRow, deletes: boolean): Promise<void> {
    const keys = { user: { kind: { case: "stringValue" as const, value: user } } };
    const eventTimeUs = this.#eventTimeUs(ageMin);
    const features = Object.fromEntries(
      Array.from({ length: view === "pushed" ? this.features : 1 }, (_, i) => [
        `f${i}`,
        { kind: { case: "int64Value" as const, value: this.#number * 10n + BigInt(i) } },
      ]),
    );
    this.#number += 1n;
    const row = deletes
      ? { keys, operation: PushRow_Operation.DELETE, eventTimeUs }
      : { keys, features, eventTimeUs };
    const { results } = await this.#ingestion.push({ project, featureView: view, rows: [row] });
    for (const { outcome } of results)
      if (outcome.case !== "position") throw new Error(`A row was refused: ${JSON.stringify(outcome.value)}`);
  }

  /** Adds a file to the source of a view. */
  async writeSource({ view, user, ageMin }: WorldRow, madeInMin: number): Promise<string> {
    const path = join(this.folder, view, `${String(++this.#files).padStart(4, "0")}.csv`);
    await mkdir(join(this.folder, view), { recursive: true });
    const at = this.#eventTimeUs(ageMin);
    const made = this.clock.nowUs() + BigInt(madeInMin) * minuteUs;
    const lines = [
      ["user", "at", "made", "f0"],
      [user, iso(at), iso(made), String(this.#number * 10n)],
    ];
    this.#number += 1n;
    await writeFile(path, lines.map((line) => `${line.join(",")}\n`).join(""));
    return path;
  }

  #eventTimeUs(ageMin: number): bigint {
    return this.clock.nowUs() - BigInt(ageMin) * minuteUs;
  }

  /** Moves what is applied to segments, and trims the log. */
  async flush(): Promise<void> {
    await this.#server.ingestion.flush();
  }

  /** Merges all segments, whatever their number. */
  async compact(): Promise<void> {
    for await (const _ of this.#ingestion.compactSegments({ project }));
  }

  /** Merges what is due, and deletes what nobody can need any more. */
  async upkeep(): Promise<void> {
    await this.#server.ingestion.upkeep();
  }

  /** Erases a user; returns the receipt. */
  async erase(user: string): Promise<EraseReceipt> {
    const keys = { user: { kind: { case: "stringValue" as const, value: user } } };
    let receipt: EraseReceipt | undefined;
    for await (const part of this.#ingestion.eraseEntity({ project, entity: "user", keys }))
      receipt = part.receipt;
    return receipt!;
  }

  /** Where a user is found. */
  async find(user: string): Promise<EraseReceipt> {
    const keys = { user: { kind: { case: "stringValue" as const, value: user } } };
    return (await this.#ingestion.findEntity({ project, entity: "user", keys })).found!;
  }

  /** Files of segments that are there, in the manifest or not. */
  async segmentFiles(): Promise<string[]> {
    const all = await readdir(join(this.folder, "offline", "segments"), { recursive: true });
    return all.filter((name) => name.endsWith(".parquet")).sort();
  }

  /** Takes all segments out of the manifest, as nothing should. */
  async loseSegments(): Promise<void> {
    const { version, segments } = await this.#stores.offlineCatalog.manifest();
    const removed = segments.map(({ path }) => path);
    await this.#stores.offlineCatalog.commit(version, { added: [], removed, flushed: new Map() });
  }

  async materialize(view: RebuildView): Promise<void> {
    if (view === "pushed") return;
    for await (const _ of this.#ingestion.materializeIncremental({ project, featureView: view }));
  }

  /** Lets time pass, in steps that no keep-alive of a connection takes for silence. */
  async wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 4_000) {
      await this.clock.advance(Math.min(left, 4_000));
      await sleep(0);
    }
  }

  /** Makes a new training set of users, `a` and `b` where none are given, at these ages. */
  async train(
    agesMin: readonly number[],
    mode: Mode,
    more: TrainingRequest = {},
    users: readonly string[] = ["a", "b"],
  ): Promise<TrainedSet> {
    const lines = agesMin.flatMap((age) => users.map((user) => `${user},${iso(this.#eventTimeUs(age))}`));
    await writeFile(this.labelsPath, ["user,at", ...lines, ""].join("\n"));
    return this.get({ labels: { case: "labelsPath", value: "labels.csv" }, mode, ...more });
  }

  /** Where the labels of the training set before lie. */
  get labelsPath(): string {
    return join(this.folder, "labels.csv");
  }

  /** Makes a training set again. */
  rebuild(trainingSetId: string, more: TrainingRequest = {}): Promise<TrainedSet> {
    return this.#get({ project, selection: { case: "trainingSetId", value: trainingSetId }, ...more });
  }

  /** Makes a training set of the feature service. */
  get(more: TrainingRequest): Promise<TrainedSet> {
    return this.#get({
      project,
      selection: { case: "featureService", value: "all" },
      eventTimeColumn: "at",
      includeStatuses: true,
      ...more,
    });
  }

  async #get(request: TrainingRequest): Promise<TrainedSet> {
    let start: TrainingSetStart | undefined;
    let receipt: Receipt | undefined;
    const bytes: Uint8Array[] = [];
    async function* messages() {
      yield await Promise.resolve(create(GetTrainingSetRequestSchema, request));
    }
    for await (const { part } of this.retrieval.getTrainingSet(messages())) {
      if (part.case === "start") start = part.value;
      else if (part.case === "receipt") receipt = part.value;
      else if (part.value !== undefined) bytes.push(part.value);
    }
    return { start: start!, receipt: receipt!, bytes: Buffer.concat(bytes).toString("hex") };
  }

  get retrieval(): Client<typeof OfflineRetrieval> {
    return createClient(OfflineRetrieval, createInProcessTransport(this.#server.retrieval.routes));
  }

  get #ingestion(): Client<typeof Ingestion> {
    return createClient(Ingestion, createInProcessTransport(this.#server.ingestion.routes));
  }

  get #registry(): Client<typeof FeatureRegistry> {
    return createClient(FeatureRegistry, createInProcessTransport(this.#server.registry.routes));
  }

  async #until(work: Promise<void>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    while (!isDone) await this.wait(50);
    await done;
  }
}

function iso(us: bigint): string {
  return new Date(Number(us / 1000n)).toISOString();
}
