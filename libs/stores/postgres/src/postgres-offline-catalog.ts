import {
  addGap,
  checkManifestCommit,
  manifestConflict,
  unknownRun,
  type Backfill,
  type BackfillRange,
  type Manifest,
  type ManifestCommit,
  type ManifestSegment,
  type MaterializeRun,
  type OfflineCatalog,
  type OnlineGap,
  type OnlineGapReason,
  type OnlineSighting,
  type RunResult,
  type Segment,
  type SegmentGarbage,
} from "@timewell/store-ports";
import { finishChunk, forgetChunks, openBackfill } from "./backfill-rows.ts";
import type { SqlDatabase, SqlSession } from "./sql-database.ts";

interface SegmentRow {
  readonly path: string;
  readonly view_id: bigint;
  readonly schema_revision: bigint;
  readonly rows: bigint;
  readonly bytes: bigint;
  readonly sha256: string;
  readonly event_time_min: bigint;
  readonly event_time_max: bigint;
  readonly added_version: bigint;
}

interface RunRow {
  readonly run: bigint;
  readonly view_id: bigint;
  readonly range_from: bigint;
  readonly range_to: bigint;
  readonly started_at: bigint;
  readonly finished_at: bigint;
  readonly rows_read: bigint;
  readonly rows_written: bigint;
  readonly event_time_max: bigint | null;
  readonly created_time_max: bigint | null;
}

interface GapRow {
  readonly store: string;
  readonly from_us: bigint;
  readonly to_us: bigint | null;
  readonly reason: OnlineGapReason;
}

/** The manifest, the materialize runs, the backfills and the outages of the online store in PostgreSQL. */
export class PostgresOfflineCatalog implements OfflineCatalog {
  readonly engine: "pglite" | "postgres";
  readonly #database: SqlDatabase;

  /** Works on a database that is migrated; `close` closes it. */
  constructor(engine: "pglite" | "postgres", database: SqlDatabase) {
    this.engine = engine;
    this.#database = database;
  }

  async manifest(): Promise<Manifest> {
    return this.#database.transaction(readManifest, "REPEATABLE READ");
  }

  async commit(baseVersion: bigint, change: ManifestCommit): Promise<bigint> {
    return this.#database.transaction(async (session) => {
      const [moved] = await session.query<{ version: bigint }>(
        "UPDATE timewell.offline_manifest SET version = version + 1 WHERE version = $1 RETURNING version",
        [baseVersion],
      );
      if (moved === undefined) {
        const [now] = await session.query<{ version: bigint }>(
          "SELECT version FROM timewell.offline_manifest",
        );
        throw manifestConflict(baseVersion, now!.version);
      }
      // The row of the manifest is locked now: nothing below can change meanwhile.
      const used = await usedPaths(session, change.added);
      checkManifestCommit(await readManifest(session), used, change);
      for (const segment of change.added) await addSegment(session, segment, moved.version);
      await session.query(
        "UPDATE timewell.offline_segments SET removed_version = $1, removed_at = $3 WHERE path = ANY($2::text[])",
        [moved.version, change.removed, change.removedAtUs ?? 0n],
      );
      for (const [partition, position] of change.flushed) {
        await session.query(
          `INSERT INTO timewell.offline_flushed (partition, position) VALUES ($1, $2)
           ON CONFLICT (partition) DO UPDATE SET position = excluded.position`,
          [partition, position],
        );
      }
      return moved.version;
    });
  }

  async segmentGarbage(): Promise<SegmentGarbage[]> {
    const rows = await this.#database.query<{ path: string; removed_at: bigint }>(
      "SELECT path, removed_at FROM timewell.offline_segments WHERE removed_at IS NOT NULL ORDER BY path",
    );
    return rows.map(({ path, removed_at }) => ({ path, removedAtUs: removed_at }));
  }

  async forgetGarbage(paths: readonly string[]): Promise<void> {
    await this.#database.query(
      "UPDATE timewell.offline_segments SET removed_at = NULL WHERE path = ANY($1::text[])",
      [paths],
    );
  }

  async beginRun(viewId: number, fromUs: bigint, toUs: bigint, startedAtUs: bigint): Promise<bigint> {
    const [row] = await this.#database.query<{ run: bigint }>(
      `INSERT INTO timewell.offline_runs (view_id, range_from, range_to, started_at)
       VALUES ($1, $2, $3, $4) RETURNING run`,
      [viewId, fromUs, toUs, startedAtUs],
    );
    return row!.run;
  }

  async finishRun(run: bigint, result: RunResult): Promise<void> {
    // A result that is there already stays: the caller did not hear that its first call got through.
    const known = await this.#database.query(
      `UPDATE timewell.offline_runs SET
         rows_read = CASE WHEN finished_at IS NULL THEN $3::bigint ELSE rows_read END,
         rows_written = CASE WHEN finished_at IS NULL THEN $4::bigint ELSE rows_written END,
         event_time_max = CASE WHEN finished_at IS NULL THEN $5::bigint ELSE event_time_max END,
         created_time_max = CASE WHEN finished_at IS NULL THEN $6::bigint ELSE created_time_max END,
         finished_at = coalesce(finished_at, $2::bigint)
       WHERE run = $1::bigint RETURNING run`,
      [
        run,
        result.finishedAtUs,
        result.rowsRead,
        result.rowsWritten,
        result.eventTimeMaxUs ?? null,
        result.createdTimeMaxUs ?? null,
      ],
    );
    if (known.length === 0) throw unknownRun(run);
  }

  async finishedRuns(viewId: number): Promise<MaterializeRun[]> {
    const rows = await this.#database.query<RunRow>(
      "SELECT * FROM timewell.offline_runs WHERE view_id = $1 AND finished_at IS NOT NULL ORDER BY run",
      [viewId],
    );
    return rows.map((row) => ({
      run: row.run,
      viewId: Number(row.view_id),
      fromUs: row.range_from,
      toUs: row.range_to,
      startedAtUs: row.started_at,
      finished: {
        finishedAtUs: row.finished_at,
        rowsRead: Number(row.rows_read),
        rowsWritten: Number(row.rows_written),
        eventTimeMaxUs: row.event_time_max ?? undefined,
        createdTimeMaxUs: row.created_time_max ?? undefined,
      },
    }));
  }

  async replaceRuns(
    { run, fromUs, toUs, finished }: MaterializeRun,
    others: readonly bigint[],
  ): Promise<void> {
    await this.#database.query(
      `WITH gone AS (DELETE FROM timewell.offline_runs WHERE run = ANY($8::bigint[]))
       UPDATE timewell.offline_runs SET range_from = $2, range_to = $3, rows_read = $4, rows_written = $5,
         event_time_max = $6, created_time_max = $7
       WHERE run = $1 AND finished_at IS NOT NULL`,
      [
        run,
        fromUs,
        toUs,
        finished?.rowsRead ?? 0,
        finished?.rowsWritten ?? 0,
        finished?.eventTimeMaxUs ?? null,
        finished?.createdTimeMaxUs ?? null,
        others,
      ],
    );
  }

  async openBackfill(range: BackfillRange, startedAtUs: bigint): Promise<Backfill> {
    return this.#database.transaction((session) => openBackfill(session, range, startedAtUs));
  }

  async finishChunk(id: bigint, chunk: number): Promise<void> {
    await finishChunk(this.#database, id, chunk);
  }

  async forgetChunks(id: bigint): Promise<void> {
    await forgetChunks(this.#database, id);
  }

  async recordGap(gap: OnlineGap): Promise<void> {
    await this.#database.transaction(async (session) => {
      // One recorder at a time: each reads what the one before it has written.
      await session.query("LOCK TABLE timewell.online_gaps IN EXCLUSIVE MODE");
      const before = await readGaps(session, gap.store);
      const after = addGap(before, gap);
      const stays = (one: OnlineGap, all: readonly OnlineGap[]) =>
        all.some(
          ({ fromUs, toUs, reason }) => fromUs === one.fromUs && toUs === one.toUs && reason === one.reason,
        );
      const gone = before.filter((it) => !stays(it, after)).map(({ fromUs }) => fromUs);
      await session.query(
        "DELETE FROM timewell.online_gaps WHERE store = $1 AND from_us = ANY($2::bigint[])",
        [gap.store, gone],
      );
      for (const { store, fromUs, toUs, reason } of after.filter((it) => !stays(it, before))) {
        await session.query(
          "INSERT INTO timewell.online_gaps (store, from_us, to_us, reason) VALUES ($1, $2, $3, $4)",
          [store, fromUs, toUs ?? null, reason],
        );
      }
    });
  }

  async onlineGaps(): Promise<OnlineGap[]> {
    return readGaps(this.#database);
  }

  async recordSighting({ store, runId, atUs }: OnlineSighting): Promise<void> {
    await this.#database.query(
      `INSERT INTO timewell.online_sightings AS known (store, run_id, at_us) VALUES ($1, $2, $3)
       ON CONFLICT (store) DO UPDATE SET run_id = excluded.run_id, at_us = excluded.at_us
       WHERE known.at_us <= excluded.at_us`,
      [store, runId, atUs],
    );
  }

  async lastSighting(store: string): Promise<OnlineSighting | undefined> {
    const [row] = await this.#database.query<{ run_id: string; at_us: bigint }>(
      "SELECT run_id, at_us FROM timewell.online_sightings WHERE store = $1",
      [store],
    );
    return row && { store, runId: row.run_id, atUs: row.at_us };
  }

  async check(): Promise<void> {
    await this.#database.query("SELECT 1 FROM timewell.offline_manifest");
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

async function readGaps(session: SqlSession, store?: string): Promise<OnlineGap[]> {
  const rows = await session.query<GapRow>(
    `SELECT store, from_us, to_us, reason FROM timewell.online_gaps
     WHERE store = coalesce($1::text, store) ORDER BY store, from_us`,
    [store ?? null],
  );
  return rows.map((row) => ({
    store: row.store,
    fromUs: row.from_us,
    toUs: row.to_us ?? undefined,
    reason: row.reason,
  }));
}

async function readManifest(session: SqlSession): Promise<Manifest> {
  const [head] = await session.query<{ version: bigint }>("SELECT version FROM timewell.offline_manifest");
  const segments = await session.query<SegmentRow>(
    "SELECT * FROM timewell.offline_segments WHERE removed_version IS NULL ORDER BY path",
  );
  const flushed = await session.query<{ partition: bigint; position: bigint }>(
    "SELECT partition, position FROM timewell.offline_flushed ORDER BY partition",
  );
  return {
    version: head!.version,
    segments: segments.map(toSegment),
    flushed: new Map(flushed.map(({ partition, position }) => [Number(partition), position])),
  };
}

async function usedPaths(session: SqlSession, added: readonly Segment[]): Promise<Set<string>> {
  const rows = await session.query<{ path: string }>(
    "SELECT path FROM timewell.offline_segments WHERE path = ANY($1::text[])",
    [added.map(({ path }) => path)],
  );
  return new Set(rows.map(({ path }) => path));
}

async function addSegment(session: SqlSession, segment: Segment, version: bigint): Promise<void> {
  await session.query(
    `INSERT INTO timewell.offline_segments
       (path, view_id, schema_revision, rows, bytes, sha256, event_time_min, event_time_max, added_version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      segment.path,
      segment.viewId,
      segment.schemaRevision,
      segment.rows,
      segment.bytes,
      segment.sha256,
      segment.eventTimeMinUs,
      segment.eventTimeMaxUs,
      version,
    ],
  );
}

function toSegment(row: SegmentRow): ManifestSegment {
  return {
    path: row.path,
    viewId: Number(row.view_id),
    schemaRevision: Number(row.schema_revision),
    rows: Number(row.rows),
    bytes: Number(row.bytes),
    sha256: row.sha256,
    eventTimeMinUs: row.event_time_min,
    eventTimeMaxUs: row.event_time_max,
    addedVersion: row.added_version,
  };
}
