import type { OfflineEngine, TrainingPart, TrainingPlan } from "@timewell/store-ports";

/**
 * An engine that makes a training set once and answers from memory when it is asked for the same again, so that what a server does
 * with a result can be measured without the join.
 */
export class RememberingEngine implements OfflineEngine {
  readonly engine = "duckdb";
  readonly #engine: OfflineEngine;
  readonly #made = new Map<string, readonly TrainingPart[]>();

  constructor(engine: OfflineEngine) {
    this.#engine = engine;
  }

  /** The parts of the first time. */
  async *trainingSet(plan: TrainingPlan, signal: AbortSignal): AsyncGenerator<TrainingPart> {
    const key = JSON.stringify(plan, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
    const known = this.#made.get(key);
    if (known !== undefined) {
      yield* known;
      return;
    }
    const parts: TrainingPart[] = [];
    for await (const part of this.#engine.trainingSet(plan, signal)) {
      parts.push(part);
      yield part;
    }
    this.#made.set(key, parts);
  }

  readonly describe: OfflineEngine["describe"] = (...args) => this.#engine.describe(...args);
  readonly countSource: OfflineEngine["countSource"] = (...args) => this.#engine.countSource(...args);
  readonly scanSource: OfflineEngine["scanSource"] = (...args) => this.#engine.scanSource(...args);
  readonly scanSegments: OfflineEngine["scanSegments"] = (...args) => this.#engine.scanSegments(...args);
  readonly writeSegment: OfflineEngine["writeSegment"] = (...args) => this.#engine.writeSegment(...args);
  readonly countKey: OfflineEngine["countKey"] = (...args) => this.#engine.countKey(...args);
  readonly copySegmentWithout: OfflineEngine["copySegmentWithout"] = (...args) =>
    this.#engine.copySegmentWithout(...args);
  readonly mergeSegments: OfflineEngine["mergeSegments"] = (...args) => this.#engine.mergeSegments(...args);
  readonly close: OfflineEngine["close"] = () => this.#engine.close();
}
