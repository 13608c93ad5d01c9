import { encodeKey } from "@timewell/keys";
import { encodeStoredRow } from "@timewell/row";
import { findBinary, freePort, makeTempFolder, removeTempFolder, startRedis } from "@timewell/setup";
import { Redis } from "ioredis";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openRedisOnlineStore } from "./redis-online-store.ts";

const entityKey = encodeKey(["INT64"], [1n]);

function row(eventTimeUs: bigint) {
  const header = { deleted: false, eventTimeUs, order: 1n, availableTimeUs: undefined };
  const bytes = encodeStoredRow(header, new Uint8Array(3));
  return { viewId: 7, entityKey, row: bytes, stampAvailableTime: true };
}

/** Starts a Sentinel that knows a master and its replica. */
async function startSentinel(master: number, replica: number): Promise<{ port: number; stop(): void }> {
  const port = await freePort();
  const folder = makeTempFolder("sentinel");
  const file = join(folder, "sentinel.conf");
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${master} 1`,
    "sentinel down-after-milliseconds main 500",
    "sentinel failover-timeout main 2000",
    `sentinel known-replica main 127.0.0.1 ${replica}`,
  ];
  await writeFile(file, lines.join("\n"));
  const child = spawn(findBinary("redis-server", "valkey-server")!, [file, "--sentinel"], {
    stdio: "ignore",
  });
  const stop = () => {
    child.kill("SIGKILL");
    removeTempFolder(folder);
  };
  return { port, stop };
}

async function untilReplicated(replica: Redis): Promise<void> {
  while (!(await replica.info("replication")).includes("master_link_status:up")) await sleep(50);
}

it("after a failover that the Sentinels make, writes go on with the new master under another run id", async () => {
  const [master, replica] = await Promise.all([startRedis(), startRedis()]);
  const admin = new Redis(replica.url);
  await admin.call("REPLICAOF", "127.0.0.1", String(master.port));
  await untilReplicated(admin);
  const sentinel = await startSentinel(master.port, replica.port);
  const store = await openRedisOnlineStore({ url: `redis+sentinel://127.0.0.1:${sentinel.port}/main` });
  try {
    const attempt = (at: bigint) => store.apply([row(at)]).then(() => true, expectUnavailable);
    while (!(await attempt(1n))) await sleep(50);
    const runId = await store.runId();
    await sleep(1_000);
    await master.kill();
    const start = performance.now();
    for (let at = 2n; !(await attempt(at)); at++) await sleep(50);
    expect(performance.now() - start).toBeLessThan(15_000);
    expect(await store.runId()).not.toBe(runId);
    expect((await store.read([{ viewId: 7, entityKey }]))[0]).toBeDefined();
  } finally {
    await store.close();
    admin.disconnect();
    sentinel.stop();
    await Promise.all([master.stop(), replica.stop()]);
  }
});

function expectUnavailable(error: unknown): boolean {
  expect(error).toMatchObject({ kind: "STORE_UNAVAILABLE" });
  return false;
}
