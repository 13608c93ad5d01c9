import { FeatureStoreError } from "@timewell/errors";
import { partitionOf } from "@timewell/keys";
import type { Clock } from "@timewell/ttl";
import { InMemoryQuarantine } from "./in-memory-quarantine.ts";
import {
  isErased,
  logPartitions,
  type AppendExtras,
  type AppendRequest,
  type AppendResult,
  type ErasedFromLog,
  type IngestLog,
  type Lease,
  type LogAppend,
  type LogPosition,
  type LogRow,
  type PartitionProgress,
  type StreamPosition,
  type ViewLogCount,
} from "./ingest-log.ts";
import { leaseFenced, offsetsFenced, quarantineFenced, requestIdReused } from "./log-rules.ts";
import {
  defaultQuarantineLimits,
  type QuarantinedRow,
  type QuarantineEntry,
  type QuarantineFilter,
  type QuarantineLimits,
  type QuarantinePage,
  type ViewQuarantineCount,
} from "./quarantine.ts";

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
  /** View, entity key and event id to the position of the event. */
  readonly #eventIds = new Map<string, LogPosition>();
  /** View, topic and partition to how far it is read. */
  readonly #offsets = new Map<string, StreamPosition & { readonly viewId: number }>();
  readonly #quarantine: InMemoryQuarantine;

  constructor(clock: Clock, quarantineLimits: QuarantineLimits = defaultQuarantineLimits) {
    this.#clock = clock;
    this.#quarantine = new InMemoryQuarantine(quarantineLimits);
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

  async append(
    rows: readonly LogAppend[],
    request?: AppendRequest,
    extras: AppendExtras = {},
  ): Promise<AppendResult> {
    const requestKey = request === undefined ? "" : JSON.stringify([request.scope, request.id]);
    const seen = this.#requests.get(requestKey);
    if (request !== undefined && seen !== undefined) {
      if (Buffer.compare(seen.digest, request.digest) !== 0) throw requestIdReused(request);
      return { positions: [], duplicates: 0, replayedAnswer: Uint8Array.from(seen.answer) };
    }
    this.#checkExtras(extras);
    const { positions, fresh, eventIds } = this.#place(rows);
    if (request !== undefined) {
      const answer = Uint8Array.from(request.encodeAnswer(positions));
      const digest = Uint8Array.from(request.digest);
      this.#requests.set(requestKey, { digest, answer, atUs: this.#clock.nowUs() });
    }
    for (const [key, position] of eventIds) this.#eventIds.set(key, position);
    for (const { row, position } of fresh) this.#store(row, position);
    this.#doExtras(extras);
    return { positions, duplicates: rows.length - fresh.length, replayedAnswer: undefined };
  }

  async streamOffsets(viewId: number): Promise<StreamPosition[]> {
    return [...this.#offsets.values()]
      .filter((it) => it.viewId === viewId)
      .map(({ topic, partition, next, records }) => ({ topic, partition, next, records }))
      .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
  }

  async listQuarantine(filter: QuarantineFilter, page: QuarantinePage): Promise<QuarantineEntry[]> {
    return this.#quarantine.list(filter, page);
  }

  async getQuarantined(id: bigint): Promise<QuarantinedRow | undefined> {
    return this.#quarantine.get(id);
  }

  async dropQuarantined(filter: QuarantineFilter): Promise<number> {
    return this.#quarantine.drop(filter);
  }

  async countQuarantine(): Promise<ViewQuarantineCount[]> {
    return this.#quarantine.count();
  }

  async eraseEntity(viewIds: readonly number[], entityKey: Uint8Array): Promise<ErasedFromLog> {
    const it = this.#partition(partitionOf(entityKey));
    const nothing = new Uint8Array(0);
    let logRows = 0;
    it.rows = it.rows.map((row) => {
      const isMeant = viewIds.includes(row.viewId) && Buffer.compare(row.entityKey, entityKey) === 0;
      if (!isMeant || isErased(row)) return row;
      logRows++;
      return { ...row, deleted: false, entityKey: nothing, payload: nothing };
    });
    const quarantinedRows = this.#quarantine.erase(viewIds, entityKey);
    const prefixes = viewIds.map((viewId) => eventIdPrefix(viewId, entityKey));
    const forgotten = [...this.#eventIds.keys()].filter((key) =>
      prefixes.some((prefix) => key.startsWith(prefix)),
    );
    for (const key of forgotten) this.#eventIds.delete(key);
    return { logRows, quarantinedRows, eventIds: forgotten.length };
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

  async takeLease(partition: number, owner: string, leaseMs: number): Promise<Lease> {
    const it = this.#partition(partition);
    it.epoch += 1n;
    it.owner = owner;
    it.leasedUntilUs = this.#clock.nowUs() + BigInt(Math.round(leaseMs * 1000));
    return { partition, epoch: it.epoch };
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
    if (it.epoch !== lease.epoch) throw leaseFenced(lease, it.epoch);
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

  /** Gives every row its position: a new one, or that of the first with its event id. */
  #place(rows: readonly LogAppend[]) {
    const heads = new Map<number, bigint>();
    const eventIds = new Map<string, LogPosition>();
    const fresh: { readonly row: LogAppend; readonly position: LogPosition }[] = [];
    const positions = rows.map((row) => {
      const key = row.eventId && eventIdPrefix(row.viewId, row.entityKey) + hex(row.eventId);
      const known = key === undefined ? undefined : (this.#eventIds.get(key) ?? eventIds.get(key));
      if (known !== undefined) return { ...known };
      const partition = partitionOf(row.entityKey);
      const position = {
        partition,
        position: (heads.get(partition) ?? this.#partition(partition).head) + 1n,
      };
      heads.set(partition, position.position);
      fresh.push({ row, position });
      if (key !== undefined) eventIds.set(key, position);
      return position;
    });
    return { positions, fresh, eventIds };
  }

  #checkExtras({ offsets, dropQuarantined = [] }: AppendExtras): void {
    for (const part of offsets?.parts ?? []) {
      const held = this.#offsets.get(offsetKey(offsets!.viewId, offsets!.topic, part.partition))?.next;
      if (held !== part.from) throw offsetsFenced(offsets!, part, held);
    }
    if (!this.#quarantine.hasAll(dropQuarantined)) throw quarantineFenced(dropQuarantined);
  }

  #doExtras({ offsets, quarantined = [], dropQuarantined = [] }: AppendExtras): void {
    if (offsets !== undefined) {
      const { viewId, topic } = offsets;
      for (const { partition, next, records } of offsets.parts) {
        const key = offsetKey(viewId, topic, partition);
        const before = this.#offsets.get(key)?.records ?? 0n;
        this.#offsets.set(key, { viewId, topic, partition, next, records: before + BigInt(records) });
      }
    }
    if (dropQuarantined.length > 0) this.#quarantine.drop({ ids: dropQuarantined });
    for (const row of quarantined) this.#quarantine.add(row, this.#clock.nowUs());
  }

  #store({ eventId: _eventId, ...row }: LogAppend, { partition, position }: LogPosition): void {
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

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function eventIdPrefix(viewId: number, entityKey: Uint8Array): string {
  return `${viewId}/${hex(entityKey)}/`;
}

function offsetKey(viewId: number, topic: string, partition: number): string {
  return `${viewId}/${topic}/${partition}`;
}
