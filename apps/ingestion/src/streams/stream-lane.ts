import { FeatureStoreError } from "@timewell/errors";
import type { QuarantineAppend, StreamPart } from "@timewell/store-ports";

import { countViolations } from "../constraints/count-violations.ts";
import { isOutOfRange } from "./kafka-problem.ts";
import type { FetchedRecords } from "./records-of.ts";
import { cutFetch, makeBatch } from "./stream-batch.ts";
import type { StreamContext } from "./stream-context.ts";
import type { TopicConsumer } from "./topic-consumer.ts";

/** How long a broker may wait for records. */
const fetchWaitMs = 200;
/** Most records of one append. */
const batchRecordsMax = 4_000;
/** Where a fetch brings fewer records than this, the next one waits for some more, so that appends are not too many. */
const fullFetchRecords = 500;
const lingerMs = 10;
const pausedMs = 100;

/** Reads the partitions that one broker leads. While an append is under way the next records are fetched and decoded. */
export class StreamLane {
  readonly #context: StreamContext;
  readonly #consumer: TopicConsumer;
  readonly #node: number;
  readonly #partitions: readonly number[];
  /** What the log holds, once the append under way is done. */
  readonly #held = new Map<number, bigint | undefined>();
  /** What is fetched next. */
  readonly #positions = new Map<number, bigint>();
  #appending: Promise<void> = Promise.resolve();

  constructor(context: StreamContext, consumer: TopicConsumer, node: number, partitions: readonly number[]) {
    this.#context = context;
    this.#consumer = consumer;
    this.#node = node;
    this.#partitions = partitions;
  }

  /** Reads until `goesOn` is false or something fails. What was fetched and not appended is fetched again by whoever is next. */
  async run(goesOn: () => boolean): Promise<void> {
    await this.#loadPositions();
    try {
      while (goesOn()) await this.#step();
    } finally {
      await this.#appending.catch(() => undefined);
    }
    await this.#appending;
  }

  async #step(): Promise<void> {
    const { deps, applier, signal } = this.#context;
    if (applier.backlogRows() > deps.settings.backlogRowsMax) {
      this.#context.pause(applier.backlogRows());
      return deps.clock.sleep(pausedMs, signal);
    }
    const fetched = await this.#fetch();
    const count = fetched.reduce((sum, { records }) => sum + records.length, 0);
    for (const part of cutFetch(fetched, batchRecordsMax)) await this.#take(part);
    this.#context.progress(fetched, deps.clock.nowUs());
    if (count > 0 && count < fullFetchRecords) await deps.clock.sleep(lingerMs, signal);
  }

  async #fetch(): Promise<FetchedRecords[]> {
    try {
      const fetched = await this.#consumer.fetch(this.#node, this.#positions, fetchWaitMs);
      for (const { partition, next } of fetched) this.#positions.set(partition, next);
      return fetched;
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
      await this.#appending;
      await this.#skipLost();
      return [];
    }
  }

  /** Judges records while the append before them is under way, then begins theirs. */
  async #take(fetched: readonly FetchedRecords[]): Promise<void> {
    const { deps, view } = this.#context;
    deps.failPoint?.("stream.batch-read");
    const { futureToleranceUs } = deps.settings;
    const nowUs = deps.clock.nowUs();
    const arrival = { nowUs, arrivedUs: nowUs, futureToleranceUs };
    // A partition that brought nothing new has nothing to be appended.
    const { violations, ...batch } = makeBatch(view(), fetched, this.#held, arrival);
    if (batch.parts.length === 0) return;
    for (const { partition, next } of batch.parts) this.#held.set(partition, next);
    await this.#appending;
    this.#appending = this.#append(batch).then((duplicates) => {
      countViolations(deps, view(), violations);
      this.#context.appended(batch, duplicates);
    });
    // It is awaited before the next one.
    this.#appending.catch(() => undefined);
  }

  async #append(batch: {
    readonly rows: Parameters<StreamContext["deps"]["ingestLog"]["append"]>[0];
    readonly quarantined: readonly QuarantineAppend[];
    readonly parts: readonly StreamPart[];
  }): Promise<number> {
    const { deps, applier, topic, viewId } = this.#context;
    const { positions, duplicates } = await deps.ingestLog.append(batch.rows, undefined, {
      offsets: { viewId, topic, parts: batch.parts },
      quarantined: batch.quarantined,
    });
    applier.wake(positions);
    return duplicates;
  }

  /** The log says where to go on; a partition that it does not know begins with its first record. */
  async #loadPositions(): Promise<void> {
    const { deps, topic, viewId } = this.#context;
    const known = new Map(
      (await deps.ingestLog.streamOffsets(viewId))
        .filter((position) => position.topic === topic)
        .map(({ partition, next }) => [partition, next]),
    );
    const unknown = this.#partitions.filter((partition) => !known.has(partition));
    const first = await this.#consumer.firstOffsets(unknown);
    for (const partition of this.#partitions) {
      this.#held.set(partition, known.get(partition));
      this.#positions.set(partition, known.get(partition) ?? first.get(partition) ?? 0n);
    }
  }

  /** The brokers dropped records before they were read, or the topic was made anew: goes on with the first record, and says so. */
  async #skipLost(): Promise<void> {
    const { topic, viewId } = this.#context;
    const [first, end] = await Promise.all([
      this.#consumer.firstOffsets(this.#partitions),
      this.#consumer.endOffsets(this.#partitions),
    ]);
    const parts: StreamPart[] = [];
    const quarantined: QuarantineAppend[] = [];
    for (const [partition, position] of this.#positions) {
      const next = first.get(partition) ?? 0n;
      if (position >= next && position <= (end.get(partition) ?? next)) continue;
      parts.push({ partition, from: this.#held.get(partition), next, records: 0 });
      quarantined.push(lostRecords({ topic, viewId, partition, position, next }));
      this.#context.lost(quarantined.at(-1)!.message, position < next ? Number(next - position) : 0);
    }
    if (parts.length > 0) await this.#append({ rows: [], quarantined, parts });
    for (const { partition, next } of parts) {
      this.#held.set(partition, next);
      this.#positions.set(partition, next);
    }
  }
}

function lostRecords(what: {
  readonly topic: string;
  readonly viewId: number;
  readonly partition: number;
  readonly position: bigint;
  readonly next: bigint;
}): QuarantineAppend {
  const { topic, partition, position, next } = what;
  const place = `${topic}/${partition}`;
  const problem =
    position < next
      ? `${next - position} records of ${place} from offset ${position} were dropped by the brokers before they were read`
      : `${place} ends before offset ${position}: the topic was made anew or cut`;
  const { message } = new FeatureStoreError(
    "DATA_LOSS",
    `Cannot read on: ${problem}; reading goes on at offset ${next}`,
    {
      hint: "Keep records longer than ingestion may be down, and push what is missing",
    },
  );
  return {
    viewId: what.viewId,
    origin: "stream",
    kind: "DATA_LOSS",
    message,
    constraint: "",
    from: `${place}/${position}`,
    entityKey: undefined,
    content: new Uint8Array(0),
    recordKey: undefined,
    recordTimeUs: undefined,
  };
}
