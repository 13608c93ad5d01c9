import { create } from "@bufbuild/protobuf";
import {
  type PushResponse,
  type PushStreamRequest,
  PushStreamResponseSchema,
  type PushStreamResponse,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { systemClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { PushStream } from "./push-stream.ts";

const clock = systemClock();
const push = (n: number) => ({ project: "p", featureView: "v", rows: [{ eventTimeUs: BigInt(n) }] });

/** A server that remembers request ids, and loses every connection after some answers. */
function unreliable(answersMax: number) {
  const effects = new Map<string, bigint>();
  let calls = 0;
  let unanswered = 0;
  async function* open(requests: AsyncIterable<PushStreamRequest>): AsyncGenerator<PushStreamResponse> {
    calls++;
    let answers = 0;
    for await (const { sequence, push: request } of requests) {
      const { requestId, rows } = request!;
      if (!effects.has(requestId)) effects.set(requestId, rows[0]!.eventTimeUs!);
      if (answers++ === answersMax) {
        unanswered++;
        throw new FeatureStoreError("STORE_UNAVAILABLE", "Cannot reach Ingestion: the connection broke");
      }
      const value = {
        results: [{ outcome: { case: "position" as const, value: { position: effects.get(requestId)! } } }],
      };
      yield create(PushStreamResponseSchema, { sequence, outcome: { case: "response", value } });
    }
  }
  return { open, effects, calls: () => calls, unanswered: () => unanswered };
}

function positionOf({ results }: PushResponse): bigint {
  return (results[0]!.outcome.value as { position: bigint }).position;
}

describe("PushStream", () => {
  it("sends what was not answered again under the same id when connections break: each push has one effect", async () => {
    const server = unreliable(3);
    let ids = 0;
    const stream = new PushStream({ open: server.open, clock, newId: () => `s${ids++}` });
    const responses = [];
    for (let n = 1; n <= 20; n++) responses.push((await stream.write(push(n))).response);
    expect((await Promise.all(responses)).map(positionOf)).toEqual(responses.map((_, i) => BigInt(i + 1)));
    await stream.close();
    expect(server.effects.size).toBe(20);
    expect(server.unanswered()).toBeGreaterThan(3);
  });

  it("takes no more than a few pushes while none is answered", async () => {
    const gate = Promise.withResolvers<void>();
    const server = unreliable(1_000);
    const open = async function* (requests: AsyncIterable<PushStreamRequest>) {
      await gate.promise;
      yield* server.open(requests);
    };
    const stream = new PushStream({ open, clock, newId: () => "s", inFlightMax: 3 });
    let written = 0;
    const writing = (async () => {
      for (let n = 0; n < 10; n++) {
        await stream.write(push(n));
        written++;
      }
    })();
    await clock.sleep(50);
    expect(written).toBe(2);
    gate.resolve();
    await writing;
    await stream.close();
    expect(server.effects.size).toBe(10);
  });

  it("a refused push rejects its response and the close, and its neighbours are written", async () => {
    const server = unreliable(1_000);
    const open = async function* (requests: AsyncIterable<PushStreamRequest>) {
      for await (const answer of server.open(requests)) {
        const refused = {
          case: "error" as const,
          value: { kind: "FEATURE_VIEW_NOT_FOUND", message: "Cannot find it" },
        };
        yield answer.sequence === 1n
          ? create(PushStreamResponseSchema, { sequence: 1n, outcome: refused })
          : answer;
      }
    };
    const stream = new PushStream({ open, clock, newId: () => "s" });
    const [first, second, third] = [
      await stream.write(push(1)),
      await stream.write(push(2)),
      await stream.write(push(3)),
    ];
    await expect(second.response).rejects.toMatchObject({ kind: "FEATURE_VIEW_NOT_FOUND" });
    expect([positionOf(await first.response), positionOf(await third.response)]).toEqual([1n, 3n]);
    await expect(stream.close()).rejects.toThrow("Cannot find it");
  });

  it("gives up where no push is answered for long, and says why", async () => {
    const open = async function* (): AsyncGenerator<PushStreamResponse> {
      throw new FeatureStoreError("STORE_UNAVAILABLE", "Cannot reach Ingestion: nobody listens");
    };
    const stream = new PushStream({ open, clock, newId: () => "s", retryMs: 200 });
    const { response } = await stream.write(push(1));
    await expect(response).rejects.toThrow("nobody listens");
    await expect(stream.close()).rejects.toThrow("nobody listens");
    await expect(stream.write(push(2))).rejects.toThrow("closed");
  });
});
