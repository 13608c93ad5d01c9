import { encodeKey } from "@timewell/keys";
import { createDatabase, freePort, startPostgres, type PostgresServer } from "@timewell/setup";
import type { LogAppend } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "./empty-place.testdata.ts";
import { openPostgres, type PostgresStores } from "./open-postgres.ts";

const clock = new ManualClock();
const unavailable = { kind: "STORE_UNAVAILABLE", cause: expect.anything() };

function row(id: number): LogAppend {
  const entityKey = encodeKey(["INT64"], [BigInt(id)]);
  return { viewId: 1, entityKey, eventTimeUs: BigInt(id), deleted: false, payload: Uint8Array.of(1) };
}

async function idsInLog({ ingestLog }: PostgresStores): Promise<Set<number>> {
  const progress = await ingestLog.progress();
  const rows = await Promise.all(progress.map(({ partition }) => ingestLog.read(partition, 0n, 10_000)));
  return new Set(rows.flat().map(({ eventTimeUs }) => Number(eventTimeUs)));
}

describe("a server that goes away", () => {
  let server: PostgresServer;
  let stores: PostgresStores;

  beforeAll(async () => {
    server = await startPostgres();
    stores = await openPostgres(await server.createDatabase("restarts"), { clock, connectTimeoutMs: 2_000 });
  });

  afterAll(async () => {
    await stores.close();
    await server.stop();
  });

  it("makes every call fail with STORE_UNAVAILABLE, and work again after a restart", async () => {
    await stores.ingestLog.append([row(0)]);
    await server.kill();
    await expect(stores.ingestLog.append([row(1)])).rejects.toMatchObject(unavailable);
    await expect(stores.registryStore.load("rides")).rejects.toMatchObject(unavailable);
    await expect(stores.offlineCatalog.manifest()).rejects.toMatchObject(unavailable);
    await expect(stores.ingestLog.check()).rejects.toMatchObject(unavailable);
    await server.restart();
    await stores.ingestLog.check();
    await stores.registryStore.check();
    await stores.offlineCatalog.check();
    expect(await idsInLog(stores)).toEqual(new Set([0]));
  });

  it("loses nothing that was acknowledged when it is killed under load (semantics 12)", async () => {
    const acknowledged = new Set<number>();
    let id = 1_000;
    const writer = async () => {
      for (;;) {
        const mine = [id++, id++, id++];
        const written = await stores.ingestLog.append(mine.map(row)).catch(() => undefined);
        if (written === undefined) return;
        for (const one of mine) acknowledged.add(one);
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, writer));
    while (acknowledged.size < 300) await stores.ingestLog.check();
    await server.kill();
    await writers;
    await server.restart();
    const found = await idsInLog(stores);
    expect([...acknowledged].filter((one) => !found.has(one))).toEqual([]);
    for (const { partition, head } of await stores.ingestLog.progress()) {
      const rows = await stores.ingestLog.read(partition, 0n, 100_000);
      expect(rows.map(({ position }) => position)).toEqual(rows.map((_, i) => BigInt(i + 1)));
      expect(head).toBe(BigInt(rows.length));
    }
  });
});

describe("fail points of an append", () => {
  it.each([
    ["log.append.begin", 0],
    ["log.append.written", 0],
    ["log.append.committed", 1],
  ])("stopped at %s, the log holds %d rows", async (name, rows) => {
    const failPoint = (reached: string) => {
      if (reached === name) throw new Error("stop");
    };
    const url = await createDatabase();
    const stopped = await openPostgres(url, { clock, failPoint });
    await expect(stopped.ingestLog.append([row(1)])).rejects.toThrow("stop");
    expect((await idsInLog(stopped)).size).toBe(rows);
    await stopped.close();
  });
});

describe("PgDatabase", () => {
  it("goes on after the server has ended its idle connections", async () => {
    const url = await createDatabase();
    const stores = await openPostgres(url, { clock });
    const admin = connect(url);
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    await expect
      .poll(() =>
        stores.registryStore.check().then(
          () => "up",
          () => "down",
        ),
      )
      .toBe("up");
    await Promise.all([stores.close(), admin.close()]);
  });

  it("ends a statement that takes too long with STORE_UNAVAILABLE, without an effect", async () => {
    const url = await createDatabase();
    const stores = await openPostgres(url, { clock, statementTimeoutMs: 200 });
    const blocker = connect(url);
    await blocker.transaction(async (session) => {
      await session.query("SELECT 1 FROM timewell.log_heads FOR UPDATE");
      await expect(stores.ingestLog.append([row(1)])).rejects.toMatchObject(unavailable);
    });
    expect((await stores.ingestLog.append([row(2)])).positions[0]!.position).toBe(1n);
    expect(await idsInLog(stores)).toEqual(new Set([2]));
    await Promise.all([stores.close(), blocker.close()]);
  });

  it("passes on what the work of a transaction throws, and rolls back", async () => {
    const url = await createDatabase();
    const database = connect(url);
    const failure = new Error("not now");
    const work = database.transaction(async (session) => {
      await session.script("CREATE TABLE left_over (a int)");
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    await expect(database.query("SELECT * FROM left_over")).rejects.toMatchObject({ kind: "INTERNAL" });
    await database.close();
  });
});

describe("openPostgres()", () => {
  it("tells that nobody listens", async () => {
    const url = `postgres://timewell@127.0.0.1:${await freePort()}/timewell`;
    await expect(openPostgres(url, { clock })).rejects.toMatchObject(unavailable);
  });

  it("tells that there is no such database", async () => {
    const url = (await createDatabase()).replace(/[^/]*$/, "nowhere");
    await expect(openPostgres(url, { clock })).rejects.toMatchObject({ kind: "STORE_MISCONFIGURED" });
  });
});
