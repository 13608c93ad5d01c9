import { setTimeout as pause } from "node:timers/promises";

import { Admin, ProduceAcks, Producer } from "@platformatic/kafka";
import type { Definitions as DefinitionsMessage } from "@timewell/contracts";
import { encodeKey } from "@timewell/keys";
import { type CompiledProject, type CompiledView, findView } from "@timewell/model";
import { type FeatureValue, payloadOf, readHeader } from "@timewell/row";
import {
  type IngestLog,
  InMemoryIngestLog,
  InMemoryOfflineCatalog,
  InMemoryOnlineStore,
  InMemoryTrainingCatalog,
  logPartitions,
  type LogRow,
  type OfflineEngine,
} from "@timewell/store-ports";
import { systemClock } from "@timewell/ttl";

import { Applier } from "../applier.ts";
import type { IngestionDeps, IngestionSettings } from "../ingestion-deps.ts";
import type { KafkaSettings } from "./kafka-settings.ts";
import { Streams } from "./streams.ts";
import { streamProject } from "./stream-view.testdata.ts";

const settings: IngestionSettings = {
  futureToleranceUs: 300_000_000n,
  graceUs: 0n,
  expiry: "none",
  backlogRowsMax: 1_000_000n,
  flushIntervalMs: 3_600_000,
  logRetentionUs: 0n,
  leaseMs: 15_000,
};

/** The clock of these tests. */
export const clock = systemClock();

let worlds = 0;

/** A name that no other topic has. */
export function newTopic(): string {
  return `topic-${process.pid}-${++worlds}`;
}

/** Readers of topics over reference stores and a real broker, in real time. */
export class StreamWorld {
  readonly brokers: string;
  readonly topic: string;
  readonly log: IngestLog;
  readonly onlineStore = new InMemoryOnlineStore(clock);
  projects: CompiledProject[];
  readonly warnings: string[] = [];
  readonly #admin: Admin;
  readonly #producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly #stops: (() => Promise<void>)[] = [];

  /** `definitions` name the topic. */
  constructor(brokers: string, topic: string, definitions: DefinitionsMessage, log?: IngestLog) {
    this.brokers = brokers;
    this.topic = topic;
    this.log = log ?? new InMemoryIngestLog(clock);
    this.projects = [streamProject(definitions)];
    const client = { clientId: "test", bootstrapBrokers: [brokers], retries: 50, retryDelay: 100 };
    this.#admin = new Admin(client);
    this.#producer = new Producer({ ...client, acks: ProduceAcks.ALL });
  }

  /** How its brokers are reached; its groups are its own. */
  get kafka(): KafkaSettings {
    return { brokers: [this.brokers], groupPrefix: this.topic };
  }

  /** The view `departures`. */
  get view(): CompiledView {
    return findView(this.projects[0]!, "departures", 0);
  }

  /** Makes the topic. */
  async createTopic(partitions = 1): Promise<void> {
    await this.#admin.createTopics({ topics: [this.topic], partitions, replicas: 1 });
  }

  /** Drops the records of a partition before an offset, as brokers do when their time is over. */
  async dropRecords(partition: number, before: bigint): Promise<void> {
    await this.#admin.deleteRecords({
      topics: [{ name: this.topic, partitions: [{ partition, offset: before }] }],
    });
  }

  /** Sends values, as JSON where they are no bytes, to one partition, in order. */
  async send(values: readonly unknown[], partition = 0): Promise<void> {
    const messages = values.map((value) => ({
      topic: this.topic,
      partition,
      value: Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
    }));
    await this.#producer.send({ messages });
  }

  /** What an ingestion process has to read topics with. */
  member(parts: Partial<IngestionSettings> = {}): {
    readonly deps: IngestionDeps;
    readonly applier: Applier;
  } {
    const deps: IngestionDeps = {
      definitions: { project: () => this.projects[0]!, projects: () => this.projects, ageMs: () => 0 },
      onlineStore: this.onlineStore,
      ingestLog: this.log,
      offlineCatalog: new InMemoryOfflineCatalog(),
      trainingCatalog: new InMemoryTrainingCatalog(),
      offlineEngine: undefined as unknown as OfflineEngine,
      offlineRoot: "",
      labelsRoot: "",
      roots: { dataRoot: "", otherRoots: [] },
      clock,
      newId: () => `${process.pid}-${++worlds}`,
      log: {
        info: () => undefined,
        warn: (_, message) => void this.warnings.push(message),
        error: (_, message) => void this.warnings.push(message),
      },
      settings: { ...settings, kafka: this.kafka, ...parts },
    };
    return { deps, applier: new Applier(deps) };
  }

  /** Starts a process that reads topics, and applies the log. */
  start(parts: Partial<IngestionSettings> = {}): { readonly streams: Streams; stop(): Promise<void> } {
    const { deps, applier } = this.member(parts);
    const streams = new Streams(deps, applier, deps.settings.kafka);
    const stopping = new AbortController();
    applier.start();
    const running = streams.run(stopping.signal);
    const stop = async () => {
      stopping.abort();
      await running;
      await applier.stop();
    };
    this.#stops.push(stop);
    return { streams, stop };
  }

  /** Every row of the log. */
  async rows(): Promise<LogRow[]> {
    const all = await Promise.all(
      Array.from({ length: logPartitions }, (_, partition) => this.log.read(partition, 0n, 1_000_000)),
    );
    return all.flat();
  }

  /** The first feature of every row of the log, in order. */
  async firstValues(): Promise<FeatureValue[]> {
    const values = (await this.rows()).map((row) => this.view.input.codec.decode(row.payload)[0]!);
    return values.sort((a, b) => Number(a) - Number(b));
  }

  /** The online values of an airport. */
  async read(airport: string): Promise<FeatureValue[] | undefined> {
    const key = { viewId: this.view.id, entityKey: encodeKey(["STRING"], [airport]) };
    const [row] = await this.onlineStore.read([key]);
    return row === undefined || readHeader(row).deleted ? undefined : this.view.codec.decode(payloadOf(row));
  }

  /** Waits until a condition holds. */
  async until(holds: () => boolean | Promise<boolean>, maxMs = 40_000): Promise<void> {
    for (const endMs = performance.now() + maxMs; performance.now() < endMs; await pause(20))
      if (await holds()) return;
    throw new Error(`the condition did not come to hold within ${maxMs} ms; ${this.warnings.join("; ")}`);
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
    await Promise.all([this.#admin.close(), this.#producer.close()]);
  }
}
