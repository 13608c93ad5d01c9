import { clusterSlot, encodeKey, redisKey } from "@timewell/keys";
import { encodeStoredRow } from "@timewell/row";
import { startRedisCluster, type RedisCluster } from "@timewell/setup";
import type { OnlineKey, OnlineStore, OnlineWrite } from "@timewell/store-ports";
import { Redis } from "ioredis";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRedisOnlineStore } from "./redis-online-store.ts";

const unavailable = { kind: "STORE_UNAVAILABLE" };
const fence = { partition: 3, epoch: 1n };

function keyOf(id: number) {
  return { viewId: 7, entityKey: encodeKey(["INT64"], [BigInt(id)]) };
}

function row(id: number, eventTimeUs = 1n): OnlineWrite {
  const header = { deleted: false, eventTimeUs, order: 1n, availableTimeUs: undefined };
  return { ...keyOf(id), row: encodeStoredRow(header, new Uint8Array(3)), stampAvailableTime: true };
}

/** Some ids whose rows lie on each of three nodes that share the slots evenly. */
const idsByNode = [0, 1, 2].map((node) =>
  Array.from({ length: 60 }, (_, id) => id).filter(
    (id) => Math.floor((clusterSlot(keyOf(id).entityKey) * 3) / 16_384) === node,
  ),
);

describe("a Redis Cluster with failures", () => {
  let cluster: RedisCluster;
  let store: OnlineStore;
  const all = Array.from({ length: 60 }, (_, id) => id);
  beforeEach(async () => {
    cluster = await startRedisCluster();
    store = await openRedisOnlineStore({ url: cluster.url });
    await store.apply(
      all.map((id) => row(id)),
      { fence, watermark: 60n },
    );
  });
  afterEach(async () => {
    await store.close();
    await cluster.stop();
  });

  async function until(isSo: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
    const startMs = performance.now();
    while (!(await isSo().catch(() => false))) {
      expect(performance.now() - startMs).toBeLessThan(withinMs);
      await sleep(20);
    }
  }
  const canRead = (ids: readonly number[]) => async () =>
    (await store.read(ids.map(keyOf))).every((each) => each !== undefined);

  it("keys of one shard lie on one node, and a node that is gone takes only its own along", async () => {
    for (const ids of idsByNode) expect(new Set(ids.map((id) => store.shardOf!(keyOf(id)))).size).toBe(1);
    expect(new Set(all.map((id) => store.shardOf!(keyOf(id)))).size).toBe(3);
    await cluster.nodes[1]!.kill();
    const startMs = performance.now();
    await expect(store.read(idsByNode[1]!.map(keyOf))).rejects.toMatchObject(unavailable);
    await expect(store.read(all.map(keyOf))).rejects.toMatchObject(unavailable);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    for (const node of [0, 2]) await until(canRead(idsByNode[node]!));
    await expect(store.runId()).rejects.toMatchObject(unavailable);
  });

  it("a node that comes back answers again within 2 s of the time when it serves its slots", async () => {
    await cluster.nodes[1]!.kill();
    await expect(store.read(idsByNode[1]!.map(keyOf))).rejects.toMatchObject(unavailable);
    await sleep(1_500);
    await cluster.nodes[1]!.restart();
    // A master that was started again waits 2 s by itself before it does.
    const admin = new Redis(cluster.nodes[1]!.url);
    await until(async () => ((await admin.call("CLUSTER", "INFO")) as string).includes("cluster_state:ok"));
    admin.disconnect();
    await until(async () => (await store.read(idsByNode[1]!.map(keyOf))).length > 0, 2_000);
    await until(async () => (await store.apply([row(idsByNode[1]![0]!, 2n)]))[0]!.written, 2_000);
  });

  it("a node that comes back empty: another run id, no watermarks, and its holders are FENCED", async () => {
    const runId = await store.runId();
    expect(await store.watermarks()).toEqual(new Map([[3, 60n]]));
    // Not the node that has the hash of partition 3.
    await cluster.nodes[2]!.kill();
    await cluster.nodes[2]!.restart();
    await until(async () => (await store.read(idsByNode[2]!.map(keyOf))).length > 0);
    await until(async () => (await store.runId()) !== runId);
    expect(await store.watermarks()).toEqual(new Map());
    const applying = store.apply([row(1, 9n)], { fence: { ...fence, held: true }, watermark: 61n });
    await expect(applying).rejects.toMatchObject({ kind: "FENCED" });
    await store.apply([], { fence });
    await store.apply([row(1, 9n)], { fence: { ...fence, held: true }, watermark: 5n });
    expect(await store.watermarks()).toEqual(new Map([[3, 5n]]));
  });

  it("follows a slot that moves to another node", async () => {
    const id = Array.from({ length: 1_000 }, (_, i) => 1_000 + i).find(
      (each) => clusterSlot(keyOf(each).entityKey) < 5_000,
    )!;
    const slot = String(clusterSlot(keyOf(id).entityKey));
    const admins = cluster.nodes.map(({ url }) => new Redis(url));
    const target = (await admins[1]!.call("CLUSTER", "MYID")) as string;
    for (const admin of admins.toReversed()) await admin.call("CLUSTER", "SETSLOT", slot, "NODE", target);
    expect(await store.read([keyOf(id)])).toEqual([undefined]);
    expect((await store.apply([row(id)]))[0]!.written).toBe(true);
    expect((await store.read([keyOf(id), ...idsByNode[0]!.map(keyOf)])).every(Boolean)).toBe(true);
    for (const admin of admins) admin.disconnect();
  });

  it("reads and writes a slot that is half moved, several views at once, and fails nobody else for it", async () => {
    const [id, ...others] = idsByNode[0]!;
    const { entityKey } = keyOf(id!);
    const keyOfView = (viewId: number) => ({ viewId, entityKey });
    const rowOf = (viewId: number, eventTimeUs: bigint) => ({ ...row(id!, eventTimeUs), viewId });
    await store.apply([rowOf(8, 1n)]);
    const slot = String(clusterSlot(entityKey));
    const [source, target] = cluster.nodes.slice(0, 2).map(({ url }) => new Redis(url)) as [Redis, Redis];
    const idOf = async (node: Redis) => (await node.call("CLUSTER", "MYID")) as string;
    await target.call("CLUSTER", "SETSLOT", slot, "IMPORTING", await idOf(source));
    await source.call("CLUSTER", "SETSLOT", slot, "MIGRATING", await idOf(target));
    const { hostname, port } = new URL(cluster.nodes[1]!.url);
    await source.call("MIGRATE", hostname, port, redisKey(8, entityKey), "0", "1000");

    const found = async (keys: OnlineKey[]) => (await store.read(keys)).map((each) => each !== undefined);
    const startMs = performance.now();
    expect(await found([7, 8, 9].map(keyOfView))).toEqual([true, true, false]);
    expect(await found([9, 7].map(keyOfView))).toEqual([false, true]);
    expect(new Set(await found([keyOfView(8), keyOfView(7), ...others.map(keyOf)]))).toEqual(new Set([true]));
    const outcomes = await store.apply([7, 8, 9].map((viewId) => rowOf(viewId, 2n)));
    expect(outcomes.map(({ written }) => written)).toEqual([true, true, true]);
    expect(await found([7, 8, 9].map(keyOfView))).toEqual([true, true, true]);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    for (const admin of [source, target]) admin.disconnect();
  });

  it("check() accepts it, and refuses a single server under its URL and a node under that of a single server", async () => {
    await store.check();
    const asSingle = await openRedisOnlineStore({ url: cluster.nodes[0]!.url });
    await expect(asSingle.check()).rejects.toMatchObject({ kind: "STORE_MISCONFIGURED" });
    await asSingle.close();
  });
});
