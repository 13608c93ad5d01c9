import { setTimeout as sleep } from "node:timers/promises";
import { encodeStoredRow, orderOfLog } from "@timewell/row";
import { type KafkaServer, startKafka } from "@timewell/setup";
import type { LogAppend } from "@timewell/store-ports";
import { openRedisOnlineStore } from "@timewell/store-redis";
import pg from "pg";
import type { BenchResult, Detail } from "../../bench.ts";
import type { Figure } from "../../harness/figure.ts";
import { featureNames } from "../../fixtures/history-sql.ts";
import { streamTopic } from "../../fixtures/ingestion-definitions.ts";
import type { AppProcess } from "../../harness/app-process.ts";
import { randomIntegers } from "../../harness/random.ts";
import { runRounds } from "../../harness/round-robin.ts";
import { TopicWriter } from "../../harness/topic-writer.ts";
import { LogCopy } from "../../peers/log-copy.ts";
import { batchRows, ingestionFigures } from "./figures.ts";
import type { IngestionWorld } from "./ingestion-world.ts";
import { readLog } from "./read-log.ts";

/** Rows of one call of compare-and-set, and calls under way at a time. */
const setRows = 1_000;
const setsInFlight = 4;
const roundsMax = 3;
const tickMs = 10;
const warmUpSeconds = 5;

/** What the parts of the measurement share. */
interface Topic {
  readonly world: IngestionWorld;
  readonly kafka: KafkaServer;
  readonly writer: TopicWriter;
  readonly database: pg.Client;
  readonly value: () => Buffer;
}

/** Times events from a topic to Redis against the stages alone, and how long an event takes at half that rate. */
export async function measureKafka(world: IngestionWorld): Promise<BenchResult> {
  await using started = new AsyncDisposableStack();
  const kafka = await startKafka();
  started.defer(() => kafka.stop());
  const writer = await TopicWriter.create(kafka.brokers, streamTopic);
  started.defer(() => writer.close());
  const database = new pg.Client({ connectionString: world.stack.databaseUrl });
  await database.connect();
  started.defer(() => database.end());
  const topic = { world, kafka, writer, database, value: randomValue() };

  const { records } = world.sizes.kafka;
  const copy = await LogCopy.open(world.stack.databaseUrl);
  started.defer(() => copy.close());
  await fromTopic(topic);
  const rows = await readLog(world, records);
  const counted = Math.min(world.context.pairs ?? Infinity, world.context.isQuick ? 1 : roundsMax);
  const rates = await runRounds(counted, {
    ours: () => fromTopic(topic),
    copy: () => copy.run(rows, batchRows),
    set: () => compareAndSet(world, rows),
  });
  const slowest = rates.rate("copy") < rates.rate("set") ? "copy" : "set";
  const share = rates.ratio("ours", slowest);
  const rate = rates.rate("ours");
  const p99Ms = await readableP99(topic, rate / 2);
  const perSecond = (side: string) => `${(rates.rate(side) / 1000).toFixed(1)} k/s`;
  return {
    figures: [
      figure("kafka_vs_slowest_stage", share.median, perSecond("ours"), `${slowest} ${perSecond(slowest)}`),
      figure("kafka_events_per_second", rate, perSecond("ours"), ""),
      figure("kafka_readable_p99", p99Ms, `${p99Ms.toFixed(0)} ms`, `at ${(rate / 2000).toFixed(1)} k/s`),
    ],
    details: ["ours", "copy", "set"].map((side): Detail => ({
      name: `kafka_${side}`,
      value: rates.rate(side),
      unit: "rows/s",
    })),
  };
}

function figure(name: string, value: number, ours: string, peer: string): Figure {
  const { unit, target, better } = ingestionFigures[name]!;
  return { name, value, unit, target, better, ours, peer };
}

/** JSON values of random rows, each under a key of its own, that happen when they are made. */
function randomValue(): () => Buffer {
  const random = randomIntegers(1);
  let entity = 0;
  return () => {
    const features = Object.fromEntries(featureNames.map((name) => [name, random(1_000_000) / 997]));
    return Buffer.from(JSON.stringify({ entity_id: entity++, at: Date.now(), ...features }));
  };
}

function startIngestion({ world, kafka }: Topic): Promise<AppProcess> {
  return world.stack.startIngestion(["--kafka-brokers", kafka.brokers]);
}

/** Fills the topic, then starts the server: events a second from the first that it appends to the last that can be read. */
async function fromTopic(topic: Topic): Promise<number> {
  const { records } = topic.world.sizes.kafka;
  const sinceUs = BigInt(Date.now()) * 1000n;
  const before = await rowsInLog(topic);
  await topic.writer.send(Array.from({ length: records }, topic.value));
  const server = await startIngestion(topic);
  try {
    await untilReadable(topic, before + records);
  } finally {
    await server.stop();
  }
  const { rows: found } = await topic.database.query<{ took_us: string }>(
    `SELECT (SELECT max(available_time) FROM timewell.log_stamps) - min(appended_at) AS took_us
     FROM timewell.log_rows WHERE appended_at >= $1`,
    [sinceUs.toString()],
  );
  return (records / Number(found[0]!.took_us)) * 1_000_000;
}

/** Rows that were ever appended. */
async function rowsInLog({ database }: Topic): Promise<number> {
  const { rows: found } = await database.query<{ rows: string }>(
    "SELECT sum(head) AS rows FROM timewell.log_heads",
  );
  return Number(found[0]!.rows);
}

/** Waits until so many rows of the log are applied. It asks for counters alone: looking at rows would take a core from what is measured. */
async function untilReadable({ database }: Topic, rows: number): Promise<void> {
  const deadlineMs = performance.now() + 180_000;
  while (performance.now() < deadlineMs) {
    const { rows: found } = await database.query<{ applied: string }>(
      "SELECT sum(applied) AS applied FROM timewell.log_leases",
    );
    if (Number(found[0]!.applied) >= rows) return;
    await sleep(100);
  }
  throw new Error(`${rows} rows could not be read in time`);
}

/** Writes the same rows to Redis with nothing but the store's compare-and-set; they are later than those before. */
async function compareAndSet(world: IngestionWorld, rows: readonly LogAppend[]): Promise<number> {
  const store = await openRedisOnlineStore({ url: world.stack.redisUrl });
  const eventTimeUs = BigInt(Date.now()) * 1000n;
  const writes = rows.map(({ viewId, entityKey, payload }, i) => {
    const header = {
      deleted: false,
      eventTimeUs,
      order: orderOfLog(BigInt(i + 1)),
      availableTimeUs: undefined,
    };
    return { viewId, entityKey, row: encodeStoredRow(header, payload), stampAvailableTime: true };
  });
  try {
    const start = performance.now();
    const flying: Promise<unknown>[] = [];
    for (let at = 0; at < writes.length; at += setRows) {
      flying.push(store.apply(writes.slice(at, at + setRows)));
      if (flying.length === setsInFlight) await flying.shift();
    }
    await Promise.all(flying);
    return (rows.length / (performance.now() - start)) * 1000;
  } finally {
    await store.close();
  }
}

/** Sends at an even rate to a server that has had some of it already, and returns the p99 of the time to being readable, ms. */
async function readableP99(topic: Topic, perSecond: number): Promise<number> {
  const { seconds } = topic.world.sizes.kafka;
  const server = await startIngestion(topic);
  try {
    // The group forms, and code gets warm, before it counts.
    await sendEvenly(topic, perSecond, warmUpSeconds);
    const sinceUs = BigInt(Date.now()) * 1000n;
    await sendEvenly(topic, perSecond, seconds);
    const { rows: found } = await topic.database.query<{ p99: number }>(
      `SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY s.available_time - r.event_time) AS p99
       FROM timewell.log_stamps AS s CROSS JOIN LATERAL (
         SELECT event_time FROM timewell.log_rows
         WHERE partition = s.partition AND position BETWEEN s.first AND s.last AND appended_at >= $1 OFFSET 0
       ) AS r
       WHERE s.available_time >= $1`,
      [sinceUs.toString()],
    );
    return found[0]!.p99 / 1000;
  } finally {
    await server.stop();
  }
}

/** Sends at an even rate, whatever becomes of it, and waits until all of it is readable. */
async function sendEvenly(topic: Topic, perSecond: number, seconds: number): Promise<void> {
  const before = await rowsInLog(topic);
  const total = Math.floor(perSecond * seconds);
  const startMs = performance.now();
  const flying: Promise<void>[] = [];
  for (let sent = 0; sent < total;) {
    await sleep(tickMs);
    const due = Math.min(total, Math.floor(((performance.now() - startMs) / 1000) * perSecond));
    if (due > sent) flying.push(topic.writer.send(Array.from({ length: due - sent }, topic.value)));
    sent = due;
  }
  await Promise.all(flying);
  await untilReadable(topic, before + total);
}
