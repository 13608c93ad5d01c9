import { FeatureStoreError } from "@timewell/errors";
import { partitionOf } from "@timewell/keys";
import {
  defaultQuarantineLimits,
  leaseFenced,
  logPartitions,
  requestIdReused,
  type AppendExtras,
  type AppendRequest,
  type AppendResult,
  type ErasedFromLog,
  type FailPointHook,
  type IngestLog,
  type Lease,
  type LogAppend,
  type LogPosition,
  type LogRow,
  type PartitionProgress,
  type QuarantinedRow,
  type QuarantineEntry,
  type QuarantineFilter,
  type QuarantineLimits,
  type QuarantinePage,
  type StreamPosition,
  type ViewLogCount,
  type ViewQuarantineCount,
} from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";
import { createHash } from "node:crypto";
import { LmdbEnvironment, type Bytes } from "./lmdb-environment.ts";
import { LmdbEventIds } from "./lmdb-event-ids.ts";
import { LmdbQuarantine } from "./lmdb-quarantine.ts";
import { LmdbStreamOffsets } from "./lmdb-stream-offsets.ts";
import type { QuarantineHead } from "./quarantine-records.ts";
import { ViewCounts } from "./lmdb-view-counts.ts";
import {
  decodeCount,
  decodePartition,
  decodeRequest,
  decodeRow,
  encodePartition,
  encodeRequest,
  encodeRow,
  eraseRow,
  partitionKey,
  recordKinds,
  requestTimeKey,
  rowCounted,
  rowKey,
  stampRow,
  type PartitionRecord,
} from "./log-records.ts";

/** How to open the log. */
export interface LmdbIngestLogOptions {
  /** Folder of its own, apart from the online store's; it is made where it is absent. */
  readonly path: string;
  /** Where append times and the ends of leases come from. */
  readonly clock: Clock;
  /** How much is kept in quarantine; absent: `defaultQuarantineLimits`. */
  readonly quarantineLimits?: QuarantineLimits | undefined;
  /** Called at the fail points of an append; absent: nothing is. */
  readonly failPoint?: FailPointHook | undefined;
}

/** Rows that are dropped or looked at, or requests that are forgotten, in one transaction. */
const dropsPerStep = 5_000;

/**
 * Opens the embedded log. Appends that come while another one is being flushed share one fdatasync. Records are drawn
 * in `log-records.ts`.
 */
export async function openLmdbIngestLog(options: LmdbIngestLogOptions): Promise<IngestLog> {
  return new LmdbIngestLog(await LmdbEnvironment.open(options), options);
}

class LmdbIngestLog implements IngestLog {
  readonly engine = "lmdb";
  readonly #environment: LmdbEnvironment;
  readonly #log: Bytes;
  readonly #clock: Clock;
  readonly #eventIds: LmdbEventIds;
  readonly #offsets: LmdbStreamOffsets;
  readonly #quarantine: LmdbQuarantine;
  readonly #failPoint: FailPointHook | undefined;

  constructor(environment: LmdbEnvironment, { clock, quarantineLimits, failPoint }: LmdbIngestLogOptions) {
    this.#environment = environment;
    this.#log = environment.database("log");
    this.#clock = clock;
    this.#failPoint = failPoint;
    this.#eventIds = new LmdbEventIds(this.#log);
    this.#offsets = new LmdbStreamOffsets(this.#log);
    this.#quarantine = new LmdbQuarantine(this.#log, quarantineLimits ?? defaultQuarantineLimits);
  }

  async append(
    rows: readonly LogAppend[],
    request?: AppendRequest,
    extras?: AppendExtras,
  ): Promise<AppendResult> {
    if (rows.length === 0 && request === undefined && extras === undefined)
      return { positions: [], duplicates: 0, replayedAnswer: undefined };
    this.#failPoint?.("log.append.begin");
    const result = await this.#environment.write(() => {
      const seen = request && this.#log.get(requestKey(request));
      if (seen !== undefined) return replay(request!, decodeRequest(seen));
      const nowUs = this.#clock.nowUs();
      if (extras !== undefined) this.#doExtras(extras, nowUs);
      const { positions, duplicates } = this.#appendRows(rows, nowUs);
      if (request !== undefined) this.#remember(request, request.encodeAnswer(positions), nowUs);
      this.#failPoint?.("log.append.written");
      return { positions, duplicates, replayedAnswer: undefined };
    });
    this.#failPoint?.("log.append.committed");
    return result;
  }

  async streamOffsets(viewId: number): Promise<StreamPosition[]> {
    return this.#environment.read(() => this.#offsets.list(viewId));
  }

  async listQuarantine(filter: QuarantineFilter, page: QuarantinePage): Promise<QuarantineEntry[]> {
    return this.#environment.read(() => this.#quarantine.list(filter, page));
  }

  async getQuarantined(id: bigint): Promise<QuarantinedRow | undefined> {
    return this.#environment.read(() => this.#quarantine.get(id));
  }

  async dropQuarantined(filter: QuarantineFilter): Promise<number> {
    return this.#dropQuarantined(filter);
  }

  async countQuarantine(): Promise<ViewQuarantineCount[]> {
    return this.#environment.read(() => this.#quarantine.counts());
  }

  async eraseEntity(viewIds: readonly number[], entityKey: Uint8Array): Promise<ErasedFromLog> {
    const partition = partitionOf(entityKey);
    let logRows = 0;
    for (let first: bigint | undefined = 1n; first !== undefined;) {
      const start: bigint = first;
      const step = await this.#environment.write(() =>
        this.#eraseStep(partition, start, { viewIds, entityKey }),
      );
      logRows += step.erased;
      first = step.next;
    }
    const quarantinedRows = await this.#dropQuarantined(
      { viewIds },
      (head) => head.entityKey !== undefined && Buffer.compare(head.entityKey, entityKey) === 0,
    );
    const eventIds = await this.#environment.write(() => this.#eventIds.erase(viewIds, entityKey));
    return { logRows, quarantinedRows, eventIds };
  }

  async read(partition: number, afterPosition: bigint, rowsMax: number): Promise<LogRow[]> {
    return this.#environment.read(() => {
      const { head, trimmed } = this.#partition(partition);
      const rows: LogRow[] = [];
      const first = (afterPosition > trimmed ? afterPosition : trimmed) + 1n;
      for (let position = first; position <= head && rows.length < rowsMax; position++) {
        const value = this.#log.getBinary(rowKey(partition, position));
        if (value === undefined) throw damaged(partition, position);
        rows.push(decodeRow(asBuffer(value), partition, position));
      }
      return rows;
    });
  }

  async progress(): Promise<PartitionProgress[]> {
    return this.#environment.read(() =>
      Array.from({ length: logPartitions }, (_, partition) => {
        const { head, applied } = this.#partition(partition);
        return { partition, head, applied };
      }),
    );
  }

  async countByView(): Promise<ViewLogCount[]> {
    return this.#environment.read(() => {
      const counts: ViewLogCount[] = [];
      const kind = recordKinds.count;
      for (const { key, value } of this.#log.getRange({ start: Buffer.of(kind), end: Buffer.of(kind + 1) })) {
        counts.push(decodeCount(key.readUInt32BE(1), value));
      }
      return counts;
    });
  }

  async acquireLeases(owner: string, leaseMs: number): Promise<Lease[]> {
    return this.#environment.write(() => {
      const nowUs = this.#clock.nowUs();
      const leasedUntilUs = nowUs + BigInt(Math.round(leaseMs * 1000));
      const held: Lease[] = [];
      for (let partition = 0; partition < logPartitions; partition++) {
        const record = this.#partition(partition);
        if (record.owner !== "" && record.owner !== owner && record.leasedUntilUs > nowUs) continue;
        const epoch = record.owner === owner ? record.epoch : record.epoch + 1n;
        this.#putPartition(partition, { ...record, owner, epoch, leasedUntilUs });
        held.push({ partition, epoch });
      }
      return held;
    });
  }

  async takeLease(partition: number, owner: string, leaseMs: number): Promise<Lease> {
    return this.#environment.write(() => {
      const record = this.#partition(partition);
      const epoch = record.epoch + 1n;
      const leasedUntilUs = this.#clock.nowUs() + BigInt(Math.round(leaseMs * 1000));
      this.#putPartition(partition, { ...record, owner, epoch, leasedUntilUs });
      return { partition, epoch };
    });
  }

  async releaseLeases(owner: string): Promise<void> {
    await this.#environment.write(() => {
      for (let partition = 0; partition < logPartitions; partition++) {
        const record = this.#partition(partition);
        if (record.owner === owner) this.#putPartition(partition, { ...record, owner: "" });
      }
    });
  }

  async recordApplied(
    lease: Lease,
    applied: bigint,
    stamps: readonly { readonly position: bigint; readonly availableTimeUs: bigint }[],
  ): Promise<void> {
    await this.#environment.write(() => {
      const record = this.#partition(lease.partition);
      if (record.epoch !== lease.epoch) throw leaseFenced(lease, record.epoch);
      const counts = new ViewCounts(this.#log);
      for (const { position, availableTimeUs } of stamps) {
        const key = rowKey(lease.partition, position);
        const value = this.#log.getBinary(key);
        if (value === undefined || !stampRow(asBuffer(value), availableTimeUs)) continue;
        this.#log.putSync(key, asBuffer(value));
        const { viewId, eventTimeUs } = rowCounted(asBuffer(value));
        counts.addApplied(viewId, eventTimeUs);
      }
      counts.store();
      if (applied > record.applied) this.#putPartition(lease.partition, { ...record, applied });
    });
  }

  async trim(partition: number, throughPosition: bigint): Promise<void> {
    for (let more = true; more;)
      more = await this.#environment.write(() => this.#trimStep(partition, throughPosition));
  }

  async forgetRequests(beforeUs: bigint): Promise<void> {
    for (let more = true; more;) more = await this.#environment.write(() => this.#forgetStep(beforeUs));
  }

  async check(): Promise<void> {
    this.#environment.read(() => this.#partition(0));
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  #appendRows(rows: readonly LogAppend[], nowUs: bigint): Omit<AppendResult, "replayedAnswer"> {
    const touched = new Map<number, PartitionRecord>();
    const counts = new ViewCounts(this.#log);
    let duplicates = 0;
    const positions = rows.map((row): LogPosition => {
      const partition = partitionOf(row.entityKey);
      const eventKey = this.#eventIds.keyOf(row);
      const known = eventKey && this.#eventIds.get(eventKey);
      if (known !== undefined) {
        duplicates++;
        return { partition, position: known };
      }
      const record = touched.get(partition) ?? this.#partition(partition);
      const position = record.head + 1n;
      touched.set(partition, { ...record, head: position });
      this.#log.putSync(rowKey(partition, position), encodeRow(row, nowUs));
      if (eventKey !== undefined) this.#eventIds.put(eventKey, position);
      counts.addRow(row.viewId);
      return { partition, position };
    });
    for (const [partition, record] of touched) this.#putPartition(partition, record);
    counts.store();
    return { positions, duplicates };
  }

  #doExtras({ offsets, dropQuarantined, quarantined = [] }: AppendExtras, nowUs: bigint): void {
    if (offsets !== undefined) this.#offsets.advance(offsets);
    if (dropQuarantined !== undefined) this.#quarantine.take(dropQuarantined);
    for (const row of quarantined) this.#quarantine.add(row, nowUs);
  }

  #remember(request: AppendRequest, answer: Uint8Array, nowUs: bigint): void {
    const key = requestKey(request);
    this.#log.putSync(key, encodeRequest(request.digest, answer, nowUs));
    this.#log.putSync(requestTimeKey(nowUs, key.subarray(1)), Buffer.of(0));
  }

  /** Drops the next rows; true where more are left. */
  #trimStep(partition: number, throughPosition: bigint): boolean {
    const record = this.#partition(partition);
    const last = throughPosition < record.applied ? throughPosition : record.applied;
    let trimmed = record.trimmed;
    for (let i = 0; i < dropsPerStep && trimmed < last; i++)
      this.#log.removeSync(rowKey(partition, ++trimmed));
    if (trimmed > record.trimmed) this.#putPartition(partition, { ...record, trimmed });
    return trimmed < last;
  }

  /** Erases the next rows; answers where to go on, if anywhere. */
  #eraseStep(
    partition: number,
    first: bigint,
    { viewIds, entityKey }: { readonly viewIds: readonly number[]; readonly entityKey: Uint8Array },
  ): { readonly erased: number; readonly next: bigint | undefined } {
    const { head, trimmed } = this.#partition(partition);
    let position = first > trimmed ? first : trimmed + 1n;
    let erased = 0;
    for (let i = 0; i < dropsPerStep && position <= head; i++, position++) {
      const key = rowKey(partition, position);
      const value = asBuffer(this.#log.getBinary(key)!);
      const row = decodeRow(value, partition, position);
      if (!viewIds.includes(row.viewId) || Buffer.compare(row.entityKey, entityKey) !== 0) continue;
      this.#log.putSync(key, eraseRow(value));
      erased++;
    }
    return { erased, next: position > head ? undefined : position };
  }

  async #dropQuarantined(
    filter: QuarantineFilter,
    isMeant?: (head: QuarantineHead) => boolean,
  ): Promise<number> {
    let dropped = 0;
    let beforeId: bigint | undefined;
    do {
      const step = { headsMax: dropsPerStep, beforeId, filter };
      const done = await this.#environment.write(() => this.#quarantine.dropStep(step, isMeant));
      dropped += done.dropped;
      beforeId = done.beforeId;
    } while (beforeId !== undefined);
    return dropped;
  }

  /** Drops the next requests; true where more may be left. */
  #forgetStep(beforeUs: bigint): boolean {
    const start = Buffer.of(recordKinds.requestTime);
    const end = requestTimeKey(beforeUs, Buffer.of());
    const keys = [...this.#log.getKeys({ start, end, limit: dropsPerStep })].map((key) => Buffer.from(key));
    for (const key of keys) {
      this.#log.removeSync(Buffer.concat([Buffer.of(recordKinds.request), key.subarray(9)]));
      this.#log.removeSync(key);
    }
    return keys.length === dropsPerStep;
  }

  #partition(partition: number): PartitionRecord {
    return decodePartition(this.#log.get(partitionKey(partition)));
  }

  #putPartition(partition: number, record: PartitionRecord): void {
    this.#log.putSync(partitionKey(partition), encodePartition(record));
  }
}

/** Hashed, because scope and id may be longer than an LMDB key; the length keeps them apart. */
function requestKey({ scope, id }: AppendRequest): Buffer {
  const hash = createHash("sha256").update(`${scope.length}:${scope}${id}`).digest();
  return Buffer.concat([Buffer.of(recordKinds.request), hash]);
}

function replay(
  request: AppendRequest,
  seen: { readonly digest: Buffer; readonly answer: Buffer },
): AppendResult {
  if (seen.digest.equals(request.digest)) {
    return { positions: [], duplicates: 0, replayedAnswer: Uint8Array.from(seen.answer) };
  }
  throw requestIdReused(request);
}

function damaged(partition: number, position: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "DATA_LOSS",
    `Cannot read position ${position} of log partition ${partition}: the record is not there`,
    { hint: "Restore the folder of the log from a backup" },
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
