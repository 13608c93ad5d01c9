import path from "node:path";
import { createTimewellClient } from "@timewell/client";
import { encodeKey } from "@timewell/keys";
import type { CompiledProject } from "@timewell/model";
import { encodeStoredRow, orderOfLog } from "@timewell/row";
import { ensureLoadGenerator } from "@timewell/setup";
import type { OnlineStore } from "@timewell/store-ports";
import { openRedisOnlineStore } from "@timewell/store-redis";
import { Redis } from "ioredis";
import type { BenchContext } from "../../bench.ts";
import { servedRowsSql } from "../../fixtures/served-rows-sql.ts";
import { servingDefinitions } from "../../fixtures/serving-definitions.ts";
import { writeFixtures } from "../../fixtures/write-fixtures.ts";
import { startStack, type Stack } from "../../harness/start-stack.ts";
import { FeastPeer, type FeastRepository } from "../../peers/feast-peer.ts";
import { materializeAll } from "../materialize-rows.ts";
import { redisDataBytes } from "./redis-data-bytes.ts";
import type { ServingSizes } from "./serving-sizes.ts";
import { readProject } from "./typed-reader.ts";

/** A Redis that holds the same rows twice: as Timewell keeps them and, where Feast takes part, as Feast does. */
export interface ServingWorld {
  readonly context: BenchContext;
  readonly sizes: ServingSizes;
  /** Folder of all files; `rides.parquet` holds the rows. */
  readonly folder: string;
  /** Path of the load generator. */
  readonly h2load: string;
  readonly stack: Stack;
  readonly compiled: CompiledProject;
  readonly redis: Redis;
  readonly store: OnlineStore;
  /** Undefined where Feast does not take part. */
  readonly feast: FeastRepository | undefined;
  /** Bytes of Redis for one row: key, value and what Redis needs for them. */
  readonly bytesPerRow: { readonly ours: number; readonly feast: number | undefined };
  /** Writes a row of the first view; it can be read when this resolves. */
  write(id: number, values: readonly number[]): Promise<void>;
  stop(): Promise<void>;
}

/** The store's key of an entity. */
export function entityKey(id: number): Uint8Array {
  return encodeKey(["INT64"], [BigInt(id)]);
}

/** Starts Redis and the registry, and fills the store by Materialize and, where wanted, by Feast. */
export async function startServingWorld(
  context: BenchContext,
  sizes: ServingSizes,
  folder: string,
  withFeast: boolean,
): Promise<ServingWorld> {
  const h2load = ensureLoadGenerator();
  context.say("Writing the source files");
  await writeFixtures(folder, [
    { name: "rides.parquet", sql: servedRowsSql(sizes.keys) },
    { name: "visits.parquet", sql: servedRowsSql(sizes.keys) },
  ]);
  await using started = new AsyncDisposableStack();
  const definitions = servingDefinitions;
  const limits = { memoryLimitBytes: 2 ** 30, threads: 2 };
  const stack = await startStack({ definitions, folder, ...limits, profileFolder: undefined });
  started.defer(() => stack.stop());
  const redis = new Redis(stack.redisUrl);
  started.defer(() => redis.disconnect());
  const store = await openRedisOnlineStore({ url: stack.redisUrl });
  started.defer(() => store.close());

  context.say(`Filling Redis with ${sizes.keys} rows`);
  const emptyBytes = await redisDataBytes(redis);
  const server = await stack.startIngestion();
  const client = createTimewellClient({ registryUrl: stack.registryUrl, ingestionUrl: server.url });
  await materializeAll(client, "rides");
  const ours = ((await redisDataBytes(redis)) - emptyBytes) / sizes.keys;
  await materializeAll(client, "visits");
  const compiled = await readProject(client);
  client.close();
  await server.stop();
  const filledBytes = await redisDataBytes(redis);
  const parquet = path.join(folder, "rides.parquet");
  if (withFeast) context.say("Filling Redis through Feast, which is installed first where it is missing");
  const feast = withFeast ? await FeastPeer.fill(folder, stack.redisUrl, parquet) : undefined;
  const feastBytes = ((await redisDataBytes(redis)) - filledBytes) / sizes.keys;

  const view = compiled.views.get("rides")!.at(-1)!;
  let position = 0n;
  const stops = started.move();
  return {
    ...{ context, sizes, folder, h2load, stack, compiled, redis, store, feast },
    bytesPerRow: { ours, feast: withFeast ? feastBytes : undefined },
    async write(id, values) {
      // Whole seconds, as in the source; of two rows in one second the later order wins.
      const nowUs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000n;
      const header = {
        deleted: false,
        eventTimeUs: nowUs,
        order: orderOfLog(++position),
        availableTimeUs: nowUs,
      };
      const row = encodeStoredRow(header, view.codec.encode(values));
      const write = { viewId: view.id, entityKey: entityKey(id), row, stampAvailableTime: false };
      const [outcome] = await store.apply([write]);
      if (outcome?.written !== true) throw new Error(`Cannot write entity ${id}: the store has a later row`);
    },
    stop: () => stops.disposeAsync(),
  };
}
