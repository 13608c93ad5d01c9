import { FeatureStoreError } from "@timewell/errors";
import type { Clock } from "@timewell/ttl";
import {
  defaultQuarantineLimits,
  logPartitions,
  type AppendExtras,
  type AppendRequest,
  type AppendResult,
  type ErasedFromLog,
  type FailPointHook,
  type IngestLog,
  type Lease,
  type LogAppend,
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
import { appendInTransaction, requestKey, type Append } from "./append-transaction.ts";
import { eraseEventIds } from "./event-id-table.ts";
import { eraseLogRows } from "./erase-log-rows.ts";
import { GroupCommit } from "./group-commit.ts";
import type { PgDatabase } from "./pg-database.ts";
import { countQuarantine, dropQuarantined, getQuarantined, listQuarantine } from "./quarantine-table.ts";
import { type LogRead, readLogRows } from "./read-log-rows.ts";
import { RecentRows } from "./recent-rows.ts";
import { type AppliedRecord, recordApplied } from "./record-applied.ts";
import { listStreamOffsets } from "./stream-offset-table.ts";

/** Rows in a group of appends, or of records of applied rows, that commit together. */
const groupRowsMax = 8_192;

/** Rows that are kept until they are applied. */
const recentRowsMax = 50_000;

/** Partitions that are read in one statement. */
const groupReadsMax = 16;

/** Rows of the quarantine that are dropped in one transaction. */
const dropsPerStep = 2_000;

/** Commits between two times that the counts are folded. */
const foldEveryCommits = 500;

/** Any number will do, as long as every process uses the same. */
const foldLock = 7_404_001;

/** What the log is opened with. */
export interface PostgresIngestLogOptions {
  /** Dates appends and expires leases. */
  readonly clock: Clock;
  /** How much is kept in quarantine; absent: `defaultQuarantineLimits`. */
  readonly quarantineLimits?: QuarantineLimits | undefined;
  /** Called at the fail points of an append; absent: nothing is. */
  readonly failPoint?: FailPointHook | undefined;
}

/**
 * The log in a PostgreSQL server. Appends that arrive while another one commits are committed together, and
 * so are reads and records of several partitions. Leases expire by
 * the clock that is passed in: processes whose clocks differ may take a lease early, and the epoch keeps the loser from
 * recording anything.
 */
export class PostgresIngestLog implements IngestLog {
  readonly engine = "postgres";
  readonly #database: PgDatabase;
  readonly #clock: Clock;
  readonly #appends: GroupCommit<Append, AppendResult>;
  readonly #reads: GroupCommit<LogRead, LogRow[]>;
  readonly #records: GroupCommit<AppliedRecord, void>;
  readonly #recent = new RecentRows(recentRowsMax);
  #commits = 0;

  /** Works on a database that is migrated; `close` closes it. */
  constructor(
    database: PgDatabase,
    { clock, quarantineLimits = defaultQuarantineLimits, failPoint }: PostgresIngestLogOptions,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#appends = new GroupCommit({
      commit: async (appends) => {
        failPoint?.("log.append.begin");
        const { leases } = this.#recent;
        const { outcomes, written } = await this.#database.transaction(async (session) => {
          const options = { nowUs: this.#clock.nowUs(), limits: quarantineLimits };
          const appended = await appendInTransaction(session, appends, options);
          failPoint?.("log.append.written");
          return appended;
        });
        this.#recent.add(written, leases);
        failPoint?.("log.append.committed");
        await this.#committed();
        return outcomes;
      },
      weightOf: ({ rows }) => rows.length,
      weightMax: groupRowsMax,
      keyOf: ({ request }) => request && requestKey(request),
      retryAlone: isNoOutage,
    });
    this.#reads = new GroupCommit({
      commit: async (reads) =>
        (await readLogRows(this.#database, reads)).map((result) => ({ ok: true, result })),
      weightOf: () => 1,
      weightMax: groupReadsMax,
      keyOf: () => undefined,
      retryAlone: isNoOutage,
    });
    this.#records = new GroupCommit({
      commit: async (records) => {
        const outcomes = await this.#database.transaction((session) => recordApplied(session, records));
        await this.#committed();
        return outcomes;
      },
      weightOf: ({ stamps }) => stamps.length,
      weightMax: groupRowsMax,
      keyOf: ({ lease }) => String(lease.partition),
      retryAlone: isNoOutage,
    });
  }

  async append(
    rows: readonly LogAppend[],
    request?: AppendRequest,
    extras?: AppendExtras,
  ): Promise<AppendResult> {
    if (rows.length === 0 && request === undefined && extras === undefined)
      return { positions: [], duplicates: 0, replayedAnswer: undefined };
    return this.#appends.add({ rows, request, extras });
  }

  async streamOffsets(viewId: number): Promise<StreamPosition[]> {
    return listStreamOffsets(this.#database, viewId);
  }

  async listQuarantine(filter: QuarantineFilter, page: QuarantinePage): Promise<QuarantineEntry[]> {
    return listQuarantine(this.#database, filter, page);
  }

  async getQuarantined(id: bigint): Promise<QuarantinedRow | undefined> {
    return getQuarantined(this.#database, id);
  }

  async dropQuarantined(filter: QuarantineFilter): Promise<number> {
    return this.#dropQuarantined(filter);
  }

  async countQuarantine(): Promise<ViewQuarantineCount[]> {
    return countQuarantine(this.#database);
  }

  async eraseEntity(viewIds: readonly number[], entityKey: Uint8Array): Promise<ErasedFromLog> {
    const logRows = await eraseLogRows(this.#database, viewIds, entityKey);
    const quarantinedRows = await this.#dropQuarantined({ viewIds }, entityKey);
    const eventIds = await eraseEventIds(this.#database, viewIds, entityKey);
    return { logRows, quarantinedRows, eventIds };
  }

  async read(partition: number, afterPosition: bigint, rowsMax: number, lease?: Lease): Promise<LogRow[]> {
    checkPartition(partition);
    const recent = lease && this.#recent.after(lease, afterPosition, rowsMax);
    if (recent !== undefined) return recent;
    return this.#reads.add({ partition, afterPosition, rowsMax });
  }

  async progress(): Promise<PartitionProgress[]> {
    const rows = await this.#database.query<{ partition: bigint; head: bigint; applied: bigint }>(
      `SELECT partition, head, applied FROM timewell.log_heads JOIN timewell.log_leases USING (partition)
       ORDER BY partition`,
    );
    return rows.map((row) => ({ ...row, partition: Number(row.partition) }));
  }

  async countByView(): Promise<ViewLogCount[]> {
    const rows = await this.#database.query<{
      view_id: bigint;
      rows: bigint;
      applied: bigint;
      event_time_max: bigint | null;
    }>(
      `SELECT view_id, sum(rows)::bigint AS rows, sum(applied)::bigint AS applied, max(event_time_max) AS event_time_max
       FROM timewell.log_view_counts GROUP BY view_id ORDER BY view_id`,
    );
    return rows.map((row) => ({
      viewId: Number(row.view_id),
      rows: row.rows,
      applied: row.applied,
      eventTimeMaxUs: row.event_time_max ?? undefined,
    }));
  }

  async acquireLeases(owner: string, leaseMs: number): Promise<Lease[]> {
    const nowUs = this.#clock.nowUs();
    const untilUs = nowUs + BigInt(Math.round(leaseMs * 1000));
    // Rows are locked in order first, so that two processes which start together never wait in a circle.
    const rows = await this.#database.transaction(async (session) => {
      await session.query("SELECT 1 FROM timewell.log_leases ORDER BY partition FOR UPDATE");
      return session.query<{ partition: bigint; epoch: bigint }>(
        `UPDATE timewell.log_leases SET
           epoch = epoch + CASE WHEN owner IS NOT DISTINCT FROM $1::text THEN 0 ELSE 1 END,
           owner = $1::text,
           leased_until = $3::bigint
         WHERE owner IS NULL OR owner = $1::text OR leased_until <= $2::bigint
         RETURNING partition, epoch`,
        [owner, nowUs, untilUs],
      );
    });
    const leases = rows
      .map(({ partition, epoch }) => ({ partition: Number(partition), epoch }))
      .sort((a, b) => a.partition - b.partition);
    this.#recent.hold(leases);
    return leases;
  }

  async takeLease(partition: number, owner: string, leaseMs: number): Promise<Lease> {
    const untilUs = this.#clock.nowUs() + BigInt(Math.round(leaseMs * 1000));
    const [row] = await this.#database.query<{ epoch: bigint }>(
      `UPDATE timewell.log_leases SET epoch = epoch + 1, owner = $2, leased_until = $3
       WHERE partition = $1 RETURNING epoch`,
      [partition, owner, untilUs],
    );
    return { partition, epoch: row!.epoch };
  }

  async releaseLeases(owner: string): Promise<void> {
    await this.#database.transaction(async (session) => {
      await session.query("SELECT 1 FROM timewell.log_leases ORDER BY partition FOR UPDATE");
      await session.query("UPDATE timewell.log_leases SET owner = NULL WHERE owner = $1", [owner]);
    });
  }

  async recordApplied(
    lease: Lease,
    applied: bigint,
    stamps: readonly { readonly position: bigint; readonly availableTimeUs: bigint }[],
  ): Promise<void> {
    checkPartition(lease.partition);
    await this.#records.add({ lease, applied, stamps });
    const last = stamps.reduce((max, { position }) => (position > max ? position : max), applied);
    this.#recent.drop(lease.partition, last);
  }

  async trim(partition: number, throughPosition: bigint): Promise<void> {
    checkPartition(partition);
    await this.#database.query(
      `WITH through AS (
         SELECT least($2::bigint, applied) AS position FROM timewell.log_leases WHERE partition = $1
       ), stamps AS (
         DELETE FROM timewell.log_stamps WHERE partition = $1 AND last <= (SELECT position FROM through)
       )
       DELETE FROM timewell.log_rows WHERE partition = $1 AND position <= (SELECT position FROM through)`,
      [partition, throughPosition],
    );
  }

  async forgetRequests(beforeUs: bigint): Promise<void> {
    await this.#database.query("DELETE FROM timewell.log_requests WHERE created_at < $1", [beforeUs]);
  }

  async check(): Promise<void> {
    await this.#database.query("SELECT 1 FROM timewell.log_heads LIMIT 1");
  }

  async close(): Promise<void> {
    await Promise.all([this.#appends.idle(), this.#reads.idle(), this.#records.idle()]);
    await this.#database.close();
  }

  async #dropQuarantined(filter: QuarantineFilter, entityKey?: Uint8Array): Promise<number> {
    let dropped = 0;
    for (;;) {
      const step = { rowsMax: dropsPerStep, ...(entityKey && { entityKey }) };
      const now = await this.#database.transaction((session) => dropQuarantined(session, filter, step));
      dropped += now;
      if (now < dropsPerStep) return dropped;
    }
  }

  /** Folds the counts now and then. What was committed before stays committed where this fails: the next time will do. */
  async #committed(): Promise<void> {
    this.#commits += 1;
    if (this.#commits % foldEveryCommits === 0) await this.#foldCounts().catch(() => {});
  }

  async #foldCounts(): Promise<void> {
    await this.#database.transaction(async (session) => {
      const [lock] = await session.query<{ taken: boolean }>(
        "SELECT pg_try_advisory_xact_lock($1::bigint) AS taken",
        [foldLock],
      );
      if (lock?.taken !== true) return;
      await session.query(
        `WITH gone AS (DELETE FROM timewell.log_view_counts RETURNING *)
         INSERT INTO timewell.log_view_counts (view_id, rows, applied, event_time_max)
         SELECT view_id, sum(rows), sum(applied), max(event_time_max) FROM gone GROUP BY view_id`,
      );
    });
  }
}

/** One of a group may be to blame for a failure, unless the server itself is. */
function isNoOutage(reason: unknown): boolean {
  return (reason as Partial<FeatureStoreError>).kind !== "STORE_UNAVAILABLE";
}

function checkPartition(partition: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < logPartitions) return;
  throw new FeatureStoreError(
    "INTERNAL",
    `Cannot use log partition ${partition}: expected 0 to ${logPartitions - 1}`,
  );
}
