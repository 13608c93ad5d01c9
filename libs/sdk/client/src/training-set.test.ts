import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import {
  ErrorInfoSchema,
  type GetTrainingSetRequest,
  type GetTrainingSetResponseSchema,
  OfflineRetrieval,
} from "@timewell/contracts";
import { ManualClock } from "@timewell/ttl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptsMax } from "./resumed-stream.ts";
import { TimewellClient } from "./timewell-client.ts";

type Message = MessageInitShape<typeof GetTrainingSetResponseSchema>;

const start = { trainingSetId: "ts_1", labelsDigest: "abc", snapshotId: "s", rows: 6n };
const receipt = { part: { case: "receipt" as const, value: { rows: 6n } } };

/** A batch of two parts, bytes `10 n` and `10 n + 1`; its token is n. */
function batch(n: number): Message[] {
  const part = (value: number) => ({ case: "arrowBatch" as const, value: Uint8Array.of(value) });
  const batchEnd = { sequence: BigInt(n), resumeToken: Uint8Array.of(n) };
  return [{ part: part(10 * n) }, { part: part(10 * n + 1), batchEnd }];
}

/** What a server sends after a token: all batches of three that follow. */
function stream(token: Uint8Array, id = start.trainingSetId): Message[] {
  const next = token.length === 0 ? 0 : token[0]! + 1;
  return [
    { part: { case: "start", value: { ...start, trainingSetId: id } } },
    { part: { case: "arrowSchema", value: Uint8Array.of(255) } },
    ...[0, 1, 2].slice(next).flatMap(batch),
    receipt,
  ];
}

const whole = Buffer.of(255, 0, 1, 10, 11, 20, 21);

/** A server that fails its n-th call after so many messages, with the error given. */
function serverThat(
  failures: readonly { readonly after: number; readonly error: ConnectError }[],
  id?: string,
) {
  const asked: GetTrainingSetRequest[][] = [];
  const transport = createRouterTransport((router) => {
    router.rpc(OfflineRetrieval.method.getTrainingSet, async function* (requests) {
      const messages: GetTrainingSetRequest[] = [];
      asked.push(messages);
      for await (const message of requests) messages.push(message);
      const failure = failures[asked.length - 1];
      const sent = stream(messages[0]!.resumeToken, asked.length > 1 ? id : undefined);
      yield* sent.slice(0, failure?.after ?? sent.length);
      if (failure !== undefined) throw failure.error;
    });
  });
  const waitedMs: number[] = [];
  const clock = new ManualClock();
  clock.sleep = (delayMs) => Promise.resolve(void waitedMs.push(delayMs));
  return { client: TimewellClient.fromTransports({ retrieval: transport }, {}, clock), asked, waitedMs };
}

const cut = new ConnectError("socket hang up", Code.Aborted);
const init = { project: "demo", service: "s" } as const;

describe("TrainingSet", () => {
  it("goes on after its last whole batch wherever it is cut, and has each byte once", async () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (afters) => {
        const { client, asked } = serverThat(afters.map((after) => ({ after, error: cut })));
        const set = await client.trainingSet({ ...init, labels: { arrow: Uint8Array.of(1, 2) } });
        expect(await set.bytes()).toEqual(whole);
        expect((await set.receipt).rows).toBe(6n);
        expect((await set.start).trainingSetId).toBe("ts_1");
        const resumed = asked.filter(([first]) => first!.resumeToken.length > 0);
        for (const messages of resumed) {
          expect(messages).toHaveLength(1);
          expect(messages[0]).toMatchObject({
            selection: { case: "trainingSetId", value: "ts_1" },
            labels: { case: "labelsDigest", value: "abc" },
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("sends labels again until the server has begun, where they can be sent again", async () => {
    const failures = [{ after: 0, error: cut }];
    const again = serverThat(failures);
    const labels = { arrow: Uint8Array.of(1, 2) };
    expect(await (await again.client.trainingSet({ ...init, labels })).bytes()).toEqual(whole);
    expect(again.asked.map((messages) => messages.length)).toEqual([2, 2]);

    const once = serverThat(failures);
    const arrow = (async function* () {
      yield await Promise.resolve(Uint8Array.of(1));
    })();
    const set = await once.client.trainingSet({ ...init, labels: { arrow } });
    await expect(set.bytes()).rejects.toThrow();
    expect(once.asked).toHaveLength(1);
  });

  it("fails with what went wrong in the labels, and does not try again", async () => {
    const { client, asked } = serverThat([]);
    const broken = async function* () {
      yield await Promise.resolve(Uint8Array.of(1));
      throw new Error("no such column");
    };
    const set = await client.trainingSet({
      ...init,
      labels: { arrow: { [Symbol.asyncIterator]: broken } },
    });
    await expect(set.bytes()).rejects.toThrow("no such column");
    expect(asked.length).toBeLessThan(2);
  });

  it("gives up after some tries in a row that bring nothing, and counts anew after each batch", async () => {
    const dead = serverThat(Array.from({ length: 50 }, () => ({ after: 2, error: cut })));
    const set = await dead.client.trainingSet({ ...init, labels: { digest: "abc" } });
    await expect(set.bytes()).rejects.toThrow();
    expect(dead.asked).toHaveLength(attemptsMax);
    expect(dead.waitedMs).toEqual([...dead.waitedMs].sort((a, b) => a - b));
    expect(Math.max(...dead.waitedMs)).toBeLessThanOrEqual(5_000);

    const stubborn = [
      ...new Array<number>(attemptsMax - 1).fill(0),
      4,
      ...new Array<number>(attemptsMax - 1).fill(0),
    ];
    const slow = serverThat(stubborn.map((after) => ({ after, error: cut })));
    const done = await slow.client.trainingSet({ ...init, labels: { path: "labels.parquet" } });
    expect(await done.bytes()).toEqual(whole);
    expect(slow.asked.at(-1)![0]!.labels).toEqual({ case: "labelsPath", value: "labels.parquet" });
  });

  it("does not try again what a server refused, and what it cannot go on with", async () => {
    const info = { desc: ErrorInfoSchema, value: { kind: "DATA_LOSS", field: "", hint: "" } };
    const refused = new ConnectError("no", Code.DataLoss, undefined, [info]);
    const server = serverThat([{ after: 4, error: refused }]);
    const set = await server.client.trainingSet({ ...init, labels: { digest: "abc" } });
    await expect(set.bytes()).rejects.toMatchObject({ kind: "DATA_LOSS" });
    expect(server.asked).toHaveLength(1);

    const other = serverThat([{ after: 4, error: cut }], "ts_2");
    const changed = await other.client.trainingSet({ ...init, labels: { digest: "abc" } });
    await expect(changed.bytes()).rejects.toThrow(/went on with ts_2/);
  });

  it("goes on where a stalled server gave its stream back", async () => {
    const info = { desc: ErrorInfoSchema, value: { kind: "STREAM_STALLED", field: "", hint: "" } };
    const stalled = new ConnectError("stalled", Code.Unavailable, undefined, [info]);
    const { client, asked } = serverThat([{ after: 5, error: stalled }]);
    expect(await (await client.trainingSet({ ...init, labels: { digest: "abc" } })).bytes()).toEqual(whole);
    expect([...asked[1]![0]!.resumeToken]).toEqual([0]);
  });
});
