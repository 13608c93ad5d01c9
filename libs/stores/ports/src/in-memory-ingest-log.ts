import { FeatureStoreError } from "@timewell/errors";
import { partitionOf } from "@timewell/keys";
import type { Clock } from "@timewell/ttl";
import {
  logPartitions,
  type AppendRequest,
  type AppendResult,
  type IngestLog,
  type Lease,
  type LogAppend,
  type LogPosition,
  type LogRow,
  type PartitionProgress,
  type ViewLogCount,
} from "./ingest-log.ts";

interface Partition {
  readonly partition: number;
  /** Rows in order of position; those up to `trimmed` are gone. */
  rows: LogRow[];
  trimmed: bigint;
  head: bigint;
  applied: bigint;
  epoch: bigint;
  owner: string | undefined;
  leasedUntilUs: bigint;
}

interface RememberedRequest {
  readonly digest: Uint8Array;
  readonly answer: Uint8Array;
  readonly atUs: bigint;
}

interface Count {
  rows: bigint;
  applied: bigint;
  eventTimeMaxUs: bigint | undefined;
}

/**
 * The reference log: it keeps everything in memory and loses it at the end of the process. Every method does its work
 * in one synchronous step, so that nothing can come in between.
 */
export class InMemoryIngestLog implements IngestLog {
  readonly engine = "memory";
  readonly #clock: Clock;
  readonly #partitions: Partition[];
  readonly #requests = new Map<string, RememberedRequest>();
  readonly #counts = new Map<number, Count>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#partitions = Array.from({ length: logPartitions }, (_, partition) => ({
      partition,
      rows: [],
      trimmed: 0n,
      head: 0n,
      applied: 0n,
      epoch: 0n,
      owner: undefined,
      leasedUntilUs: 0n,
    }));
  }

  async append(rows: readonly LogAppend[], request?: AppendRequest): Promise<AppendResult> {
    const requestKey = request === undefined ? "" : JSON.stringify([request.scope, request.id]);
    const seen = this.#requests.get(requestKey);
    if (request !== undefined && seen !== undefined) {
      if (Buffer.compare(seen.digest, request.digest) !== 0) throw requestIdReused(request.id);
      return { positions: [], replayedAnswer: Uint8Array.from(seen.answer) };
    }
    const positions = this.#nextPositions(rows);
    if (request !== undefined) {
      const answer = Uint8Array.from(request.encodeAnswer(positions));
      const digest = Uint8Array.from(request.digest);
      this.#requests.set(requestKey, { digest, answer, atUs: this.#clock.nowUs() });
    }
    rows.forEach((row, i) => this.#store(row, positions[i]!));
    return { positions, replayedAnswer: undefined };
  }

  async read(partition: number, afterPosition: bigint, rowsMax: number): Promise<LogRow[]> {
    const { rows, trimmed } = this.#partition(partition);
    const skipped = afterPosition > trimmed ? Number(afterPosition - trimmed) : 0;
    return rows.slice(skipped, skipped + rowsMax).map((row) => ({ ...row }));
  }

  async progress(): Promise<PartitionProgress[]> {
    return this.#partitions.map(({ partition, head, applied }) => ({ partition, head, applied }));
  }

  async countByView(): Promise<ViewLogCount[]> {
    return [...this.#counts]
      .map(([viewId, count]) => ({ viewId, ...count }))
      .sort((a, b) => a.viewId - b.viewId);
  }

  async acquireLeases(owner: string, leaseMs: number): Promise<Lease[]> {
    const nowUs = this.#clock.nowUs();
    const held: Lease[] = [];
    for (const it of this.#partitions) {
      const othersLease = it.owner !== undefined && it.owner !== owner && it.leasedUntilUs > nowUs;
      if (othersLease) continue;
      if (it.owner !== owner) it.epoch += 1n;
      it.owner = owner;
      it.leasedUntilUs = nowUs + BigInt(Math.round(leaseMs * 1000));
      held.push({ partition: it.partition, epoch: it.epoch });
    }
    return held;
  }

  async releaseLeases(owner: string): Promise<void> {
    for (const it of this.#partitions) if (it.owner === owner) it.owner = undefined;
  }

  async recordApplied(
    lease: Lease,
    applied: bigint,
    stamps: readonly { readonly position: bigint; readonly availableTimeUs: bigint }[],
  ): Promise<void> {
    const it = this.#partition(lease.partition);
    if (it.epoch !== lease.epoch) throw logFenced(lease, it.epoch);
    for (const { position, availableTimeUs } of stamps) {
      const index = Number(position - it.trimmed - 1n);
      const row = it.rows[index];
      if (row === undefined || row.availableTimeUs !== undefined) continue;
      it.rows[index] = { ...row, availableTimeUs };
      const count = this.#count(row.viewId);
      count.applied += 1n;
      count.eventTimeMaxUs = greater(count.eventTimeMaxUs, row.eventTimeUs);
    }
    if (applied > it.applied) it.applied = applied;
  }

  async trim(partition: number, throughPosition: bigint): Promise<void> {
    const it = this.#partition(partition);
    const through = throughPosition < it.applied ? throughPosition : it.applied;
    if (through <= it.trimmed) return;
    it.rows = it.rows.slice(Number(through - it.trimmed));
    it.trimmed = through;
  }

  async forgetRequests(beforeUs: bigint): Promise<void> {
    for (const [key, { atUs }] of this.#requests) if (atUs < beforeUs) this.#requests.delete(key);
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}

  #partition(partition: number): Partition {
    const it = this.#partitions[partition];
    if (it === undefined) {
      throw new FeatureStoreError(
        "INTERNAL",
        `Cannot use log partition ${partition}: expected 0 to ${logPartitions - 1}`,
      );
    }
    return it;
  }

  #nextPositions(rows: readonly LogAppend[]): LogPosition[] {
    const heads = new Map<number, bigint>();
    return rows.map(({ entityKey }) => {
      const partition = partitionOf(entityKey);
      const position = (heads.get(partition) ?? this.#partition(partition).head) + 1n;
      heads.set(partition, position);
      return { partition, position };
    });
  }

  #store(row: LogAppend, { partition, position }: LogPosition): void {
    const it = this.#partition(partition);
    it.head = position;
    it.rows.push({
      ...row,
      entityKey: Uint8Array.from(row.entityKey),
      payload: Uint8Array.from(row.payload),
      partition,
      position,
      appendedAtUs: this.#clock.nowUs(),
      availableTimeUs: undefined,
    });
    this.#count(row.viewId).rows += 1n;
  }

  #count(viewId: number): Count {
    const count = this.#counts.get(viewId) ?? { rows: 0n, applied: 0n, eventTimeMaxUs: undefined };
    this.#counts.set(viewId, count);
    return count;
  }
}

function greater(a: bigint | undefined, b: bigint): bigint {
  return a === undefined || b > a ? b : a;
}

function requestIdReused(id: string): FeatureStoreError {
  return new FeatureStoreError(
    "REQUEST_ID_REUSED",
    `Cannot append under request id ${id}: it was used before with other content`,
    { field: "request_id", hint: "Send a new request id" },
  );
}

function logFenced(lease: Lease, epoch: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "FENCED",
    `Cannot record partition ${lease.partition} as applied: the lease has epoch ${lease.epoch}, the log is at epoch ${epoch}`,
    { hint: "Acquire the lease again" },
  );
}
