import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Ingestion, type PushStreamResponse } from "@timewell/contracts";
import type { IngestLog } from "@timewell/store-ports";
import { systemClock } from "@timewell/ttl";
import { afterEach, describe, expect, it } from "vitest";

import { pushesInFlightMax } from "./push-stream.ts";
import { type StartedIngestion, startIngestion, streamedPush } from "./start-ingestion.testdata.ts";

const clock = systemClock();

/** A log whose appends wait until the test lets them go on. */
function gated(log: IngestLog) {
  let open = Promise.withResolvers<void>();
  let appends = 0;
  const append: IngestLog["append"] = async (...args) => {
    appends++;
    await open.promise;
    return log.append(...args);
  };
  const ingestLog = new Proxy(log, {
    get(target, name) {
      if (name === "append") return append;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    ingestLog,
    appends: () => appends,
    go: () => open.resolve(),
    hold: () => (open = Promise.withResolvers()),
  };
}

/** Messages that a test sends one by one. */
function sender<T>() {
  let push: (message: T) => void = () => undefined;
  let end = () => {};
  const stream = new ReadableStream<T>({
    start(controller) {
      push = (message) => controller.enqueue(message);
      end = () => controller.close();
    },
  });
  return { stream, push, end };
}

async function rowsOf({ world }: StartedIngestion): Promise<bigint> {
  const counts = await world.deps.ingestLog.countByView();
  return counts.reduce((sum, { rows }) => sum + rows, 0n);
}

describe("PushStream", () => {
  let ingestion: StartedIngestion | undefined;
  afterEach(async () => {
    await ingestion?.stop();
    ingestion = undefined;
  });
  const clientOf = ({ url }: StartedIngestion) =>
    createClient(Ingestion, createGrpcTransport({ baseUrl: url }));

  it("answers every push under its number; one that is refused as a whole does not end the stream", async () => {
    ingestion = await startIngestion();
    const wrong = [
      { sequence: 50n, push: { project: "nowhere", featureView: "x", rows: [{}] } },
      { sequence: 51n },
      { sequence: 52n, push: { project: "default", featureView: "airport_hourly" } },
    ];
    const sent = [...Array.from({ length: 40 }, (_, i) => streamedPush(i)), ...wrong, streamedPush(60)];
    const answers = await all(clientOf(ingestion).pushStream(from(sent)));
    const outcomes = new Map(answers.map(({ sequence, outcome }) => [Number(sequence), outcome]));
    expect(outcomes.size).toBe(44);
    expect([50, 51, 52].map((n) => (outcomes.get(n)!.value as { kind: string }).kind)).toEqual([
      "FEATURE_VIEW_NOT_FOUND",
      "INVALID_REQUEST",
      "INVALID_REQUEST",
    ]);
    for (const n of [0, 39, 60]) expect(outcomes.get(n)).toMatchObject({ case: "response" });
    expect(await rowsOf(ingestion)).toBe(41n);
  });

  it("takes up no more than a few pushes while the log is slow, and a client that does not read stops it", async () => {
    let gate!: ReturnType<typeof gated>;
    ingestion = await startIngestion(({ ingestLog }) => (gate = gated(ingestLog)));
    const answers = clientOf(ingestion)
      .pushStream(from(Array.from({ length: 300 }, (_, i) => streamedPush(i))))
      [Symbol.asyncIterator]();
    const first = answers.next();
    await clock.sleep(200);
    expect(gate.appends()).toBe(pushesInFlightMax);
    gate.go();
    const got: PushStreamResponse[] = [(await first).value!];
    for (let next = await answers.next(); next.done !== true; next = await answers.next())
      got.push(next.value);
    expect(new Set(got.map(({ sequence }) => sequence)).size).toBe(300);
    expect(await rowsOf(ingestion)).toBe(300n);
  });

  it("when the server is shut down it answers what is under way, takes nothing more, and ends with UNAVAILABLE", async () => {
    let gate!: ReturnType<typeof gated>;
    ingestion = await startIngestion(({ ingestLog }) => (gate = gated(ingestLog)));
    const { stream, push } = sender<ReturnType<typeof streamedPush>>();
    const answers = clientOf(ingestion).pushStream(chunks(stream))[Symbol.asyncIterator]();
    for (const n of [1, 2, 3]) push(streamedPush(n));
    const first = answers.next();
    while (gate.appends() < 3) await clock.sleep(5);
    ingestion.server.drain();
    push(streamedPush(4));
    await clock.sleep(50);
    gate.go();
    const got = [
      (await first).value!.sequence,
      (await answers.next()).value!.sequence,
      (await answers.next()).value!.sequence,
    ];
    expect(got.toSorted()).toEqual([1n, 2n, 3n]);
    await expect(answers.next()).rejects.toMatchObject({ code: Code.Unavailable });
    expect(await rowsOf(ingestion)).toBe(3n);
  });

  it("a client that never writes holds nothing up: the server ends its stream when it is shut down", async () => {
    ingestion = await startIngestion(undefined, ["--drain-grace", "200ms"]);
    const answers = clientOf(ingestion).pushStream(chunks(sender<never>().stream))[Symbol.asyncIterator]();
    const ended = expect(answers.next()).rejects.toMatchObject({ code: Code.Unavailable });
    await clock.sleep(100);
    ingestion.server.drain();
    await ended;
  });

  it("a client that goes away leaves its unanswered pushes at most durable, and the same ids again have one effect (semantics 13)", async () => {
    let gate!: ReturnType<typeof gated>;
    ingestion = await startIngestion(({ ingestLog }) => (gate = gated(ingestLog)));
    const sent = Array.from({ length: 20 }, (_, i) => streamedPush(i, `id-${i}`));
    const cancel = new AbortController();
    const lost = all(clientOf(ingestion).pushStream(from(sent), { signal: cancel.signal }));
    while (gate.appends() < pushesInFlightMax) await clock.sleep(5);
    cancel.abort();
    await expect(lost).rejects.toMatchObject({ code: Code.Canceled });
    gate.go();
    const again = await Promise.all([1, 2, 3, 4].map(() => all(clientOf(ingestion!).pushStream(from(sent)))));
    const positions = again.map((answers) =>
      answers
        .toSorted((a, b) => Number(a.sequence - b.sequence))
        .map(({ outcome }) =>
          outcome.case === "response" ? outcome.value.results[0]!.outcome.value : outcome,
        ),
    );
    for (const other of positions) expect(other).toEqual(positions[0]);
    expect(await rowsOf(ingestion)).toBe(20n);
  });
});

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function* chunks<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  yield* stream;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
