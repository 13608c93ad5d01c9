import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { StreamFormat } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { kafkaBrokers, startKafka } from "@timewell/setup";
import { InMemoryIngestLog } from "@timewell/store-ports";
import { afterEach, expect, test, vi } from "vitest";

import { ViewStream } from "./view-stream.ts";
import { streamStatus } from "./stream-status.ts";
import { departureDescriptors, streamDefinitions, streamProject } from "./stream-view.testdata.ts";
import { clock, newTopic, StreamWorld } from "./stream-world.testdata.ts";

vi.setConfig({ testTimeout: 120_000 });

const worlds: StreamWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function world(stream: object = {}, brokers?: string, log?: InMemoryIngestLog): Promise<StreamWorld> {
  const topic = newTopic();
  const made = new StreamWorld(
    brokers ?? (await kafkaBrokers()),
    topic,
    streamDefinitions({ topic, ...stream }),
    log,
  );
  worlds.push(made);
  return made;
}

const nowUs = () => Number(clock.nowUs());
const event = (delay: number, airport = "OSL") => ({ airport, delay, at: nowUs() });
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

test("a record of JSON can be read online, and the status says how far the topic is", async () => {
  const it = await world();
  await it.createTopic(2);
  const { streams } = it.start();
  await it.send([event(1), event(2)]);
  await it.send([event(3, "BGO")], 1);
  await it.until(async () => (await it.read("BGO"))?.[0] === 3 && (await it.read("OSL"))?.[0] === 2);
  const status = await streamStatus({ ingestLog: it.log }, streams, it.view);
  expect(status).toMatchObject({
    topic: it.topic,
    nextOffsets: { 0: 2n, 1: 1n },
    records: 3n,
    lagRecords: 0n,
    problem: "",
  });
});

test("a record of Protobuf can be read online", async () => {
  const it = await world({
    format: StreamFormat.PROTOBUF,
    messageName: "flights.Departure",
    descriptorSet: departureDescriptors,
    fieldMapping: { airport: "from.code" },
    eventTimeField: "",
  });
  await it.createTopic();
  it.start();
  const schema = createFileRegistry(fromBinary(FileDescriptorSetSchema, departureDescriptors));
  const message = schema.getMessage("flights.Departure")!;
  const value = create(message, { from: { code: "OSL" }, delay: 2.5, seats: 5n } as Record<string, unknown>);
  await it.send([Buffer.from(toBinary(message, value))]);
  await it.until(async () => (await it.read("OSL")) !== undefined);
  expect(await it.read("OSL")).toEqual([2.5, 5n]);
});

test("records that cannot be used go to quarantine with a reason, and their neighbours are written", async () => {
  const it = await world({ allowedLatenessMs: 60_000n });
  await it.createTopic();
  it.start();
  const late = { ...event(1), at: nowUs() - 120_000_000 };
  const ahead = { ...event(1), at: nowUs() + 3_600_000_000 };
  await it.send([
    event(1),
    Buffer.from("{"),
    late,
    ahead,
    { airport: "OSL", at: nowUs(), delay: "?" },
    event(2),
  ]);
  await it.until(async () => (await it.read("OSL"))?.[0] === 2);
  const refused = await it.log.listQuarantine({}, { rowsMax: 10 });
  expect(refused.reverse().map(({ kind, from, message }) => [kind, from, message])).toEqual([
    ["INVALID_VALUE", `${it.topic}/0/1`, expect.stringContaining("the value is no JSON")],
    [
      "INVALID_EVENT_TIME",
      `${it.topic}/0/2`,
      expect.stringMatching(/is 1\d\d s back, at most 60 s are allowed/),
    ],
    ["INVALID_EVENT_TIME", `${it.topic}/0/3`, expect.stringContaining("s in the future, at most 300 s")],
    ["INVALID_VALUE", `${it.topic}/0/4`, expect.stringContaining('Cannot store feature delay: got "?"')],
  ]);
  expect(await it.firstValues()).toEqual([1, 2]);
  expect((await it.log.getQuarantined(refused[3]!.id))?.entityKey).toBeDefined();
});

test("processes that come and go share a topic: no record is lost, none is written twice (semantics 12)", async () => {
  const it = await world();
  await it.createTopic(4);
  const first = it.start();
  let sent = 0;
  const send = async () => {
    for (const partition of [0, 1, 2, 3])
      await it.send(
        numbers(50, (sent += 50) - 50).map((n) => event(n)),
        partition,
      );
  };
  await send();
  const second = it.start();
  for (let i = 0; i < 10; i++) await send();
  await it.until(async () => (await it.rows()).length > 0);
  await first.stop();
  for (let i = 0; i < 5; i++) await send();
  await it.until(async () => (await it.rows()).length >= sent);
  await second.stop();
  expect(await it.firstValues()).toEqual(numbers(sent));
});

test("two readers of the same partitions, which believe both that these are theirs, write each record once", async () => {
  const it = await world();
  await it.createTopic(2);
  // Another version of the view is another group; its reader is made to write for the first.
  const { deps, applier } = it.member();
  const streams = [
    new ViewStream(deps, applier, it.kafka, it.view),
    new ViewStream(deps, applier, it.kafka, { ...it.view, version: 2 }),
  ];
  for (let i = 0; i < 20; i++)
    await it.send(
      numbers(100, i * 100).map((n) => event(n)),
      i % 2,
    );
  await it.until(async () => (await it.rows()).length >= 2_000);
  await Promise.all(streams.map((stream) => stream.stop()));
  expect(await it.firstValues()).toEqual(numbers(2_000));
});

test("an append that fails, before or after it is durable, loses and doubles nothing", async () => {
  class Unsteady extends InMemoryIngestLog {
    calls = 0;
    override async append(...args: Parameters<InMemoryIngestLog["append"]>) {
      const failure = new FeatureStoreError("STORE_UNAVAILABLE", "Cannot append: the log is down");
      this.calls++;
      if (this.calls % 3 === 1) throw failure;
      const result = await super.append(...args);
      if (this.calls % 3 === 2) throw failure;
      return result;
    }
  }
  const it = await world({}, undefined, new Unsteady(clock));
  await it.createTopic(2);
  it.start();
  for (let i = 0; i < 10; i++)
    await it.send(
      numbers(20, i * 20).map((n) => event(n)),
      i % 2,
    );
  await it.until(async () => (await it.rows()).length >= 200);
  expect(await it.firstValues()).toEqual(numbers(200));
  expect(it.warnings).toContain("Cannot append: the log is down");
});

test("a broker that goes away is a problem that the status tells, and reading goes on when it is back", async () => {
  const kafka = await startKafka();
  try {
    const it = await world({}, kafka.brokers);
    await it.createTopic();
    const { streams } = it.start();
    await it.send(numbers(10).map((n) => event(n)));
    await it.until(async () => (await it.rows()).length === 10);
    await kafka.kill();
    await it.until(async () => (await streams.health(it.view)).problem !== "");
    const { problem } = await streams.health(it.view);
    expect(problem).toContain(`Cannot read topic ${it.topic}: no broker of ${kafka.brokers} answers`);
    await kafka.restart();
    await it.send(numbers(10, 10).map((n) => event(n)));
    await it.until(async () => (await it.rows()).length >= 20);
    expect(await it.firstValues()).toEqual(numbers(20));
    expect((await streams.health(it.view)).problem).toBe("");
    await it.close();
    worlds.splice(0);
  } finally {
    await kafka.stop();
  }
});

test("records that brokers drop before they are read are counted and told, and reading goes on with what is left", async () => {
  const it = await world();
  await it.createTopic(2);
  const first = it.start();
  await it.send(numbers(5).map((n) => event(n)));
  await it.send([event(100)], 1);
  await it.until(async () => (await it.rows()).length === 6);
  await first.stop();
  await it.send(numbers(10, 5).map((n) => event(n)));
  await it.dropRecords(0, 12n);
  it.start();
  await it.until(async () => (await it.rows()).length >= 9);
  expect(await it.firstValues()).toEqual([...numbers(5), 12, 13, 14, 100]);
  const [gap] = await it.log.listQuarantine({}, { rowsMax: 10 });
  expect(gap).toMatchObject({ kind: "DATA_LOSS", from: `${it.topic}/0/5` });
  expect(gap?.message).toContain("7 records of");
  expect(it.warnings.join()).toContain("reading goes on at offset 12");
});

test("a topic that is not there yet is read from its first record when it is", async () => {
  const it = await world();
  const { streams } = it.start();
  await it.until(async () =>
    (await streams.health(it.view)).problem.includes("the brokers have no such topic"),
  );
  await it.createTopic();
  await it.send([event(1)]);
  await it.until(async () => (await it.read("OSL"))?.[0] === 1);
});

test("reading pauses while too many rows wait to be applied, and goes on", async () => {
  const it = await world();
  await it.createTopic();
  const { deps, applier } = it.member({ backlogRowsMax: 10n });
  let backlogRows = 0n;
  const wake = applier.wake.bind(applier);
  const stream = new ViewStream(deps, { backlogRows: () => backlogRows, wake }, it.kafka, it.view);
  await it.send(numbers(50).map((n) => event(n)));
  await it.until(async () => (await it.rows()).length === 50);
  backlogRows = 50n;
  await it.until(() => stream.problem.includes("is paused: 50 rows wait to be applied online"));
  await it.send(numbers(50, 50).map((n) => event(n)));
  expect((await it.rows()).length).toBe(50);
  backlogRows = 10n;
  await it.until(async () => (await it.rows()).length === 100);
  expect(stream.problem).toBe("");
  await stream.stop();
});

test("a topic is read from within a second after its view is applied, until it is deleted", async () => {
  const it = await world();
  await it.createTopic();
  const [project] = it.projects;
  it.projects = [];
  it.start();
  await it.send([event(1)]);
  it.projects = [project!];
  await it.until(async () => (await it.read("OSL"))?.[0] === 1);
  it.projects = [streamProject(streamDefinitions({ topic: newTopic() }))];
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await it.send([event(2)]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await it.rows()).length).toBe(1);
});
