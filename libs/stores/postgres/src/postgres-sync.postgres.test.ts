import { encodeKey } from "@timewell/keys";
import { startPostgres } from "@timewell/setup";
import { ManualClock } from "@timewell/ttl";
import { expect, it } from "vitest";
import { connect } from "./empty-place.testdata.ts";
import { openPostgres } from "./open-postgres.ts";

const appends = 20;

it("an append is answered when its commit is flushed, whatever the server's own default says (semantics 12)", async () => {
  const server = await startPostgres();
  const url = await server.createDatabase("lazy");
  const admin = connect(url);
  // A server that answers first and writes some seconds later.
  await admin.query("ALTER DATABASE lazy SET synchronous_commit = off");
  await admin.query("ALTER SYSTEM SET wal_writer_delay = '10s'");
  await admin.query("ALTER SYSTEM SET autovacuum = off");
  await admin.query("SELECT pg_reload_conf()");
  const stores = await openPostgres(url, { clock: new ManualClock() });
  const behind: string[] = [];
  for (let id = 0; id < appends; id++) {
    const entityKey = encodeKey(["INT64"], [BigInt(id)]);
    await stores.ingestLog.append([
      { viewId: 1, entityKey, eventTimeUs: 1n, deleted: false, payload: Uint8Array.of(1) },
    ]);
    // Nobody else writes: the last record of the log of the server is the append's commit.
    const [wal] = await admin.query<{ inserted: string; flushed: string; flushed_all: boolean }>(
      `SELECT pg_current_wal_insert_lsn()::text AS inserted, pg_current_wal_flush_lsn()::text AS flushed,
         pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() AS flushed_all`,
    );
    if (!wal!.flushed_all) behind.push(`${wal!.inserted} is flushed up to ${wal!.flushed}`);
  }
  await Promise.all([stores.close(), admin.close()]);
  await server.stop();
  // The server notes its own state in between every 15 seconds or so, without a flush.
  expect(behind.slice(2)).toEqual([]);
});
