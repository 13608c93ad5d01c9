import { FeatureStoreError } from "@timewell/errors";
import { partitionOf } from "@timewell/keys";
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
} from "@timewell/store-ports";
import type { Clock } from "@timewell/ttl";
import { createHash } from "node:crypto";
import { LmdbEnvironment, type Bytes } from "./lmdb-environment.ts";
import {
  countKey,
  decodeCount,
  decodePartition,
  decodeRequest,
  decodeRow,
  encodeCount,
  encodePartition,
  encodeRequest,
  encodeRow,
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
}

/** Rows that are dropped, or requests that are forgotten, in one transaction. */
const dropsPerStep = 5_000;

/**
 * Opens the embedded log. Appends that come while another one is being flushed share one fdatasync. Records are drawn
 * in `log-records.ts`.
 */
export async function openLmdbIngestLog(options: LmdbIngestLogOptions): Promise<IngestLog> {
  return new LmdbIngestLog(await LmdbEnvironment.open(options), options.clock);
}

class LmdbIngestLog implements IngestLog {
  readonly engine = "lmdb";
  readonly #environment: LmdbEnvironment;
  readonly #log: Bytes;
  readonly #clock: Clock;

  constructor(environment: LmdbEnvironment, clock: Clock) {
    this.#environment = environment;
    this.#log = environment.database("log");
    this.#clock = clock;
  }

  async append(rows: readonly LogAppend[], request?: AppendRequest): Promise<AppendResult> {
    if (rows.length === 0 && request === undefined) return { positions: [], replayedAnswer: undefined };
    return this.#environment.write(() => {
      const seen = request && this.#log.get(requestKey(request));
      if (seen !== undefined) return replay(request!, decodeRequest(seen));
      const nowUs = this.#clock.nowUs();
      const positions = this.#appendRows(rows, nowUs);
      if (request !== undefined) this.#remember(request, request.encodeAnswer(positions), nowUs);
      return { positions, replayedAnswer: undefined };
    });
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
      if (record.epoch !== lease.epoch) throw fenced(lease, record.epoch);
      const counts = new Counts(this.#log);
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

  #appendRows(rows: readonly LogAppend[], nowUs: bigint): LogPosition[] {
    const touched = new Map<number, PartitionRecord>();
    const counts = new Counts(this.#log);
    const positions = rows.map((row) => {
      const partition = partitionOf(row.entityKey);
      const record = touched.get(partition) ?? this.#partition(partition);
      const position = record.head + 1n;
      touched.set(partition, { ...record, head: position });
      this.#log.putSync(rowKey(partition, position), encodeRow(row, nowUs));
      counts.addRow(row.viewId);
      return { partition, position };
    });
    for (const [partition, record] of touched) this.#putPartition(partition, record);
    counts.store();
    return positions;
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

/** Counts of views that one transaction changes, each read once and written once. */
class Counts {
  readonly #log: Bytes;
  readonly #byView = new Map<number, ViewLogCount>();

  constructor(log: Bytes) {
    this.#log = log;
  }

  addRow(viewId: number): void {
    const count = this.#get(viewId);
    this.#byView.set(viewId, { ...count, rows: count.rows + 1n });
  }

  addApplied(viewId: number, eventTimeUs: bigint): void {
    const count = this.#get(viewId);
    const isGreater = count.eventTimeMaxUs === undefined || eventTimeUs > count.eventTimeMaxUs;
    const eventTimeMaxUs = isGreater ? eventTimeUs : count.eventTimeMaxUs;
    this.#byView.set(viewId, { ...count, applied: count.applied + 1n, eventTimeMaxUs });
  }

  store(): void {
    for (const [viewId, count] of this.#byView) this.#log.putSync(countKey(viewId), encodeCount(count));
  }

  #get(viewId: number): ViewLogCount {
    return this.#byView.get(viewId) ?? decodeCount(viewId, this.#log.get(countKey(viewId)));
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
    return { positions: [], replayedAnswer: Uint8Array.from(seen.answer) };
  }
  throw new FeatureStoreError(
    "REQUEST_ID_REUSED",
    `Cannot append under request id ${request.id}: it was used before with other content`,
    { field: "request_id", hint: "Send a new request id" },
  );
}

function fenced(lease: Lease, epoch: bigint): FeatureStoreError {
  return new FeatureStoreError(
    "FENCED",
    `Cannot record partition ${lease.partition} as applied: the lease has epoch ${lease.epoch}, the log is at epoch ${epoch}`,
    { hint: "Acquire the lease again" },
  );
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
