import { createTimewellClient, type TimewellClient } from "@timewell/client";
import { Redis } from "ioredis";
import type { BenchResult } from "../bench.ts";
import { project } from "../fixtures/definitions.ts";
import { spanUs, startUs } from "../fixtures/history-sql.ts";
import { runPairs } from "../harness/paired-runs.ts";
import { readAll, setAll } from "../peers/redis-set.ts";
import type { CoreSetup } from "./core-setup.ts";

/** Least rows per second, as a share of those of the bare SET. */
const shareMin = 0.6;

/** Materializes all rows of a view and returns how many were read. */
export async function materializeAll(client: TimewellClient, view: string): Promise<number> {
  const range = { from: startUs, to: startUs + spanUs };
  let rows = 0;
  for await (const progress of client.materialize({ project, view, ...range }))
    rows = Number(progress.rowsRead);
  return rows;
}

/** Times Materialize into an empty Redis against a bare pipelined SET of the same bytes into the same Redis. */
export async function measureMaterialize(setup: CoreSetup, name: string): Promise<BenchResult> {
  const { sizes, stack, context } = setup;
  const server = await stack.startIngestion();
  const client = createTimewellClient({ ingestionUrl: server.url });
  const redis = new Redis(stack.redisUrl);
  try {
    const ours = async (): Promise<number> => {
      await redis.flushall();
      const start = performance.now();
      const rows = await materializeAll(client, "rows");
      const ms = performance.now() - start;
      if (rows !== sizes.onlineRows) throw new Error(`Materialized ${rows} of ${sizes.onlineRows} rows`);
      return ms;
    };
    await ours();
    const stored = await readAll(redis);
    if (stored.keys.length !== sizes.onlineRows) throw new Error(`Redis holds ${stored.keys.length} rows`);
    const peer = async (): Promise<number> => {
      await redis.flushall();
      return setAll(redis, stored);
    };
    const times = await runPairs(context.pairs ?? sizes.pairs, ours, peer);
    const perSecond = (ms: number): number => (sizes.onlineRows / ms) * 1000;
    const shown = (ms: number): string => `${(perSecond(ms) / 1000).toFixed(0)} k rows/s`;
    const figure = {
      name,
      value: 1 / times.ratio,
      unit: "of SET",
      target: shareMin,
      better: "higher" as const,
      ours: shown(times.oursMs),
      peer: shown(times.peerMs),
    };
    const details = [
      { name: `${name}_ours`, value: perSecond(times.oursMs), unit: "rows/s" },
      { name: `${name}_peer`, value: perSecond(times.peerMs), unit: "rows/s" },
      { name: `${name}_share_min`, value: 1 / times.ratioMax, unit: "of SET" },
      { name: `${name}_share_max`, value: 1 / times.ratioMin, unit: "of SET" },
    ];
    return { figures: [figure], details };
  } finally {
    await redis.flushall();
    redis.disconnect();
    client.close();
    await server.stop();
  }
}
