import { FeatureStoreError } from "@timewell/errors";
import type { CompiledView } from "@timewell/model";

import type { Applier } from "../applier.ts";
import { type IngestionDeps, viewById } from "../ingestion-deps.ts";
import { kafkaProblem } from "./kafka-problem.ts";
import type { KafkaSettings } from "./kafka-settings.ts";
import type { FetchedRecords } from "./records-of.ts";
import type { StreamContext } from "./stream-context.ts";
import { StreamLane } from "./stream-lane.ts";
import type { StreamCounts } from "./stream-metrics.ts";
import { TopicConsumer } from "./topic-consumer.ts";

const retryFirstMs = 200;
const retryMaxMs = 5_000;
const idleMs = 50;
/** So many failures in a row make a member leave the group and join it again. */
const failuresMax = 30;
/** How long brokers may take to say where topics end. */
const endsMaxMs = 2_000;
/** How often the number of partitions is looked at. */
const growthCheckMs = 10_000;

/** The part of the applier that readers of topics need. */
type StreamApplier = Pick<Applier, "backlogRows" | "wake">;

/** Reads the topic of one view version, from when it is made until it is stopped, whatever happens to the brokers meanwhile. */
export class ViewStream {
  readonly topic: string;
  readonly #deps: IngestionDeps;
  readonly #applier: StreamApplier;
  readonly #kafka: KafkaSettings;
  readonly #counts: StreamCounts | undefined;
  readonly #stopping = new AbortController();
  readonly #ends = new Map<number, { readonly next: bigint; readonly end: bigint }>();
  #view: CompiledView;
  #problem = "";
  #consumer: TopicConsumer | undefined;
  #lastRecordUs = 0n;
  #failures = 0;
  readonly #instanceId: string;
  readonly #running: Promise<void>;

  constructor(deps: IngestionDeps, applier: StreamApplier, kafka: KafkaSettings, view: CompiledView) {
    this.#deps = deps;
    this.#applier = applier;
    this.#kafka = kafka;
    this.#view = view;
    this.topic = view.definition.streamSource!.topic;
    this.#counts = deps.metrics?.streams?.of(view);
    this.#instanceId = deps.newId();
    this.#running = this.#run();
  }

  /** Why the topic cannot be read now, for people; empty: it can. */
  get problem(): string {
    return this.#problem;
  }

  /** Offsets after the last records of all partitions; undefined where the brokers do not answer. */
  async endOffsets(): Promise<ReadonlyMap<number, bigint> | undefined> {
    const consumer = this.#consumer;
    if (consumer === undefined) return undefined;
    const all = Array.from({ length: consumer.partitionCount }, (_, partition) => partition);
    const asked = consumer.endOffsets(all).catch(() => undefined);
    return Promise.race([asked, this.#deps.clock.sleep(endsMaxMs).then(() => undefined)]);
  }

  /** Ends when what was read is durable, or given back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#counts?.setLag(0, 0);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let retryMs = retryFirstMs;
    while (!signal.aborted) {
      const startedMs = this.#deps.clock.monotonicMs();
      try {
        await this.#read();
        continue;
      } catch (error) {
        if (signal.aborted) return;
        this.#failed(error);
      }
      // A reader that went on for a while begins with short waits again.
      if (this.#deps.clock.monotonicMs() - startedMs > retryMaxMs) retryMs = retryFirstMs;
      await this.#deps.clock.sleep(retryMs, signal).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, retryMaxMs);
    }
  }

  /** One membership of the group, until it ends or the topic grows. */
  async #read(): Promise<void> {
    const { project, name, version } = this.#view;
    const group = `${this.#kafka.groupPrefix}-${project}-${name}-v${version}`;
    const consumer = new TopicConsumer(this.#kafka, group, this.#instanceId, this.topic);
    try {
      await Promise.race([consumer.join(), this.#stopped()]);
      this.#consumer = consumer;
      this.#problem = "";
      let checkMs = this.#deps.clock.monotonicMs() + growthCheckMs;
      while (!this.#stopping.signal.aborted) {
        await this.#readAssignment(consumer, checkMs);
        if (this.#deps.clock.monotonicMs() < checkMs) continue;
        if (await consumer.hasGrown()) return;
        checkMs = this.#deps.clock.monotonicMs() + growthCheckMs;
      }
    } finally {
      this.#consumer = undefined;
      this.#ends.clear();
      await consumer.close(this.#deps.clock);
    }
  }

  #stopped(): Promise<void> {
    const { signal } = this.#stopping;
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  /** Waits before the same partitions are read again. A member that stays in the group has them back at once; only one that fails again and again begins anew. */
  async #retry(reason: unknown): Promise<void> {
    const isFenced = reason instanceof FeatureStoreError && reason.kind === "FENCED";
    if (!isFenced) {
      if (++this.#failures % failuresMax === 0) throw reason;
      this.#failed(reason);
    }
    const waitMs = isFenced ? retryFirstMs : Math.min(retryFirstMs * 2 ** this.#failures, retryMaxMs);
    await this.#deps.clock.sleep(waitMs, this.#stopping.signal).catch(() => undefined);
  }

  /** Reads the partitions of one assignment, until there is another one, something fails, or `untilMs`. */
  async #readAssignment(consumer: TopicConsumer, untilMs: number): Promise<void> {
    const { signal } = this.#stopping;
    const { generation, partitions } = consumer.assignment;
    let goesOn = true;
    const isOurs = () =>
      goesOn &&
      !signal.aborted &&
      consumer.assignment.generation === generation &&
      this.#deps.clock.monotonicMs() < untilMs;
    for (const partition of this.#ends.keys())
      if (!partitions.includes(partition)) this.#ends.delete(partition);
    if (partitions.length === 0) return this.#deps.clock.sleep(idleMs, signal).catch(() => undefined);
    const lanes = [...(await consumer.leaders(partitions))].map(([node, led]) =>
      new StreamLane(this.#context(), consumer, node, led).run(isOurs).finally(() => (goesOn = false)),
    );
    const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === "rejected");
    if (failed === undefined || signal.aborted) return;
    await this.#retry(failed.reason);
  }

  #context(): StreamContext {
    return {
      deps: this.#deps,
      applier: this.#applier,
      topic: this.topic,
      viewId: this.#view.id,
      signal: this.#stopping.signal,
      view: () => (this.#view = viewById(this.#deps.definitions, this.#view.id) ?? this.#view),
      pause: (rows) => {
        this.#problem = `Reading ${this.topic} is paused: ${rows} rows wait to be applied online. It goes on by itself; see the online store.`;
      },
      progress: (fetched, nowUs) => this.#progressed(fetched, nowUs),
      appended: ({ rows, quarantined }, duplicates) => {
        this.#counts?.countRecords("accepted", rows.length - duplicates);
        this.#counts?.countRecords("duplicate", duplicates);
        this.#counts?.countRecords("quarantined", quarantined.length);
      },
      lost: (message, records) => {
        this.#deps.log.error({ view: this.#view.name, topic: this.topic, records }, message);
        this.#counts?.countSkipped(records);
      },
    };
  }

  #progressed(fetched: readonly FetchedRecords[], nowUs: bigint): void {
    this.#problem = "";
    this.#failures = 0;
    for (const { partition, records, next, end } of fetched) {
      this.#ends.set(partition, { next, end });
      const last = records.at(-1)?.timeUs ?? 0n;
      if (last > this.#lastRecordUs) this.#lastRecordUs = last;
    }
    let lag = 0n;
    for (const { next, end } of this.#ends.values()) if (end > next) lag += end - next;
    const behindUs = lag > 0n && this.#lastRecordUs > 0n ? nowUs - this.#lastRecordUs : 0n;
    this.#counts?.setLag(Number(lag), behindUs > 0n ? Number(behindUs) / 1e6 : 0);
  }

  #failed(error: unknown): void {
    const problem = kafkaProblem(error, this.topic, this.#kafka.brokers);
    this.#counts?.countFailure();
    if (problem !== this.#problem)
      this.#deps.log.warn({ view: this.#view.name, topic: this.topic, err: error }, problem);
    this.#problem = problem;
  }
}
