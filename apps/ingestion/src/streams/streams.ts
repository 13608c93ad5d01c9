import type { CompiledView } from "@timewell/model";

import type { Applier } from "../applier.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import type { KafkaSettings } from "./kafka-settings.ts";
import { ViewStream } from "./view-stream.ts";

const checkMs = 250;

/** How the reading of one topic goes in this process. */
export interface StreamHealth {
  /** Why the topic cannot be read now, for people; empty: it can. */
  readonly problem: string;
  /** Offsets after the last records of all partitions; undefined where the brokers do not answer. */
  readonly ends: ReadonlyMap<number, bigint> | undefined;
}

/** Reads the topics of all views, as definitions come and go. */
export class Streams {
  readonly #deps: IngestionDeps;
  readonly #applier: Applier;
  readonly #kafka: KafkaSettings | undefined;
  readonly #streams = new Map<number, ViewStream>();
  readonly #ending = new Set<Promise<void>>();

  /** Without settings nothing is read, and the health of every topic says so. */
  constructor(deps: IngestionDeps, applier: Applier, kafka: KafkaSettings | undefined) {
    this.#deps = deps;
    this.#applier = applier;
    this.#kafka = kafka;
  }

  /** Reads until the signal; ends when what was read is durable, or given back. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#follow();
      await this.#deps.clock.sleep(checkMs, signal).catch(() => undefined);
    }
    await Promise.all([...this.#ending, ...[...this.#streams.values()].map((stream) => stream.stop())]);
    this.#streams.clear();
  }

  /** How the topic of a view version, which must have one, is read. */
  async health(view: CompiledView): Promise<StreamHealth> {
    const { topic } = view.definition.streamSource!;
    if (this.#kafka === undefined) {
      const problem = `Cannot read topic ${topic}: ingestion knows no brokers. Start it with --kafka-brokers.`;
      return { problem, ends: undefined };
    }
    const stream = this.#streams.get(view.id);
    if (stream === undefined || stream.topic !== topic) return { problem: "", ends: undefined };
    return { problem: stream.problem, ends: await stream.endOffsets() };
  }

  #follow(): void {
    const kafka = this.#kafka;
    if (kafka === undefined) return;
    const wanted = new Map<number, CompiledView>();
    for (const project of this.#deps.definitions.projects())
      for (const view of project.viewsById.values())
        if (view.definition.streamSource !== undefined) wanted.set(view.id, view);
    for (const [id, stream] of this.#streams) {
      if (wanted.get(id)?.definition.streamSource?.topic === stream.topic) continue;
      this.#streams.delete(id);
      const ending: Promise<void> = stream.stop().finally(() => this.#ending.delete(ending));
      this.#ending.add(ending);
    }
    for (const [id, view] of wanted)
      if (!this.#streams.has(id))
        this.#streams.set(id, new ViewStream(this.#deps, this.#applier, kafka, view));
  }
}
