import { Consumer, type ConsumerOptions } from "@platformatic/kafka";

import type { Clock } from "@timewell/ttl";

import type { KafkaSettings } from "./kafka-settings.ts";
import { type FetchedRecords, type FetchResponsePartition, recordsOf } from "./records-of.ts";

const bytesMax = 4 * 1024 * 1024;
const readCommitted = 1;
const earliest = -2n;
const latest = -1n;
const closeMaxMs = 1_000;

/** Partitions that the group gave this member. */
export interface Assignment {
  /** Another one with every rebalance. */
  readonly generation: number;
  readonly partitions: readonly number[];
}

/** One member of a consumer group that reads one topic. It commits nothing to the group: positions are the caller's. */
export class TopicConsumer {
  readonly #topic: string;
  readonly #consumer: Consumer;
  #assignment: Assignment = { generation: -1, partitions: [] };
  #partitions = 0;
  #failure: Error | undefined;

  /** `instanceId` is who this member is to the group, also when it comes again: it need not wait for its former self to be missed. */
  constructor(kafka: KafkaSettings, groupId: string, instanceId: string, topic: string) {
    this.#topic = topic;
    this.#consumer = new Consumer(optionsOf(kafka, groupId, instanceId));
    this.#consumer.topics.track(topic);
    this.#consumer.on("consumer:group:join", ({ generationId, assignments }) => {
      const partitions = assignments?.find((one) => one.topic === topic)?.partitions ?? [];
      this.#assignment = { generation: generationId ?? 0, partitions: [...partitions].sort((a, b) => a - b) };
    });
    // A group that cannot be joined again.
    this.#consumer.on("error", (error: Error) => (this.#failure = error));
  }

  /** What this member may read now. Throws where the group was lost. */
  get assignment(): Assignment {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#assignment;
  }

  /** Joins the group and waits for an assignment. */
  async join(): Promise<void> {
    this.#partitions = await this.#partitionCount();
    await this.#consumer.joinGroup();
  }

  /** True where the topic has more partitions than when the group was joined. */
  async hasGrown(): Promise<boolean> {
    return (await this.#partitionCount()) !== this.#partitions;
  }

  /** Partitions by the broker that leads them. */
  async leaders(partitions: readonly number[]): Promise<Map<number, number[]>> {
    const { partitions: known } = (await this.#metadata()).topics.get(this.#topic)!;
    const byLeader = new Map<number, number[]>();
    for (const partition of partitions) {
      const leader = known[partition]?.leader ?? -1;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    }
    return byLeader;
  }

  /** Fetches what one broker has from these offsets on, and waits up to `waitMs` where there is nothing. */
  async fetch(
    node: number,
    positions: ReadonlyMap<number, bigint>,
    waitMs: number,
  ): Promise<FetchedRecords[]> {
    const topicId = (await this.#metadata(false)).topics.get(this.#topic)!.id;
    const partitions = [...positions].map(([partition, fetchOffset]) => ({
      partition,
      fetchOffset,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: bytesMax,
    }));
    const { responses } = await this.#consumer.fetch({
      node,
      topics: [{ topicId, partitions }],
      minBytes: 1,
      maxBytes: bytesMax,
      maxWaitTime: waitMs,
      isolationLevel: readCommitted,
    });
    const answers: FetchResponsePartition[] = responses.flatMap((response) => response.partitions);
    return answers
      .filter(({ partitionIndex }) => positions.has(partitionIndex))
      .map((answer) => recordsOf(answer, positions.get(answer.partitionIndex)!));
  }

  /** Offsets of the first record of each partition. */
  firstOffsets(partitions: readonly number[]): Promise<Map<number, bigint>> {
    return this.#offsets(partitions, earliest);
  }

  /** Offsets after the last record of each partition that can be read. */
  endOffsets(partitions: readonly number[]): Promise<Map<number, bigint>> {
    return this.#offsets(partitions, latest);
  }

  /** How many partitions the topic had when the group was joined. */
  get partitionCount(): number {
    return this.#partitions;
  }

  /** Leaves the group. A broker that does not answer is not waited for. */
  async close(clock: Clock): Promise<void> {
    const closed = new AbortController();
    const closing = this.#consumer.close(true).finally(() => closed.abort());
    await Promise.allSettled([Promise.race([closing, clock.sleep(closeMaxMs, closed.signal)])]);
  }

  async #offsets(partitions: readonly number[], timestamp: bigint): Promise<Map<number, bigint>> {
    if (partitions.length === 0) return new Map();
    const topics = [this.#topic];
    const found = await this.#consumer.listOffsets({
      topics,
      partitions: { [this.#topic]: [...partitions] },
      timestamp,
      isolationLevel: readCommitted,
    });
    const offsets = found.get(this.#topic) ?? [];
    return new Map(partitions.map((partition) => [partition, offsets[partition] ?? 0n]));
  }

  async #partitionCount(): Promise<number> {
    return (await this.#metadata()).topics.get(this.#topic)!.partitionsCount;
  }

  #metadata(forceUpdate = true) {
    return this.#consumer.metadata({ topics: [this.#topic], forceUpdate });
  }
}

function optionsOf(
  kafka: KafkaSettings,
  groupId: string,
  groupInstanceId: string,
): ConsumerOptions<Buffer, Buffer, Buffer, Buffer> {
  return {
    clientId: "timewell-ingestion",
    groupId,
    groupInstanceId,
    bootstrapBrokers: [...kafka.brokers],
    connectTimeout: 3_000,
    requestTimeout: 30_000,
    retries: 2,
    retryDelay: 100,
    autocommit: false,
    sessionTimeout: 10_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: 15_000,
    ...(kafka.tls && { tls: definedParts(kafka.tls), tlsServerName: true }),
    ...(kafka.sasl && { sasl: kafka.sasl }),
  };
}

function definedParts<T extends object>(parts: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
