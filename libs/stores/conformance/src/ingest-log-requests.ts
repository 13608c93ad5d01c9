import type { AppendRequest, IngestLog } from "@timewell/store-ports";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { withEngine, type EnginePlaceFactory } from "./engine-place.ts";
import { logRow } from "./log-row.testdata.ts";

/** Request ids: one effect and one answer for all retries. */
export function ingestLogRequests(factory: EnginePlaceFactory<IngestLog>): void {
  describe("append() with a request id", () => {
    retries(factory);
    refusals(factory);
    twins(factory);
    forgetting(factory);
  });
}

function request(given: Partial<AppendRequest> = {}): AppendRequest {
  return {
    scope: "service:loader/flights",
    id: "r-1",
    digest: Uint8Array.of(0, 127, 128, 255),
    encodeAnswer: (positions) => Buffer.from(positions.map((p) => `${p.partition}:${p.position}`).join()),
    ...given,
  };
}

async function rowsOf(log: IngestLog): Promise<number> {
  return Number((await log.progress()).reduce((sum, { head }) => sum + head, 0n));
}

function retries(factory: EnginePlaceFactory<IngestLog>): void {
  it("a retry gets the first answer again, byte for byte, and appends nothing (semantics 13)", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const first = await log.append([logRow({ id: 1 }), logRow({ id: 2 })], request());
      expect(first.replayedAnswer).toBeUndefined();
      for (let retry = 0; retry < 4; retry++) {
        const again = await log.append(
          [logRow({ id: 1 }), logRow({ id: 2 })],
          request({ encodeAnswer: () => Uint8Array.of(9) }),
        );
        expect(again.positions).toEqual([]);
        expect([...again.replayedAnswer!]).toEqual([...request().encodeAnswer(first.positions)]);
      }
      expect(await rowsOf(log)).toBe(2);
    }));

  it("an empty answer and an append without rows are remembered too", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const nothing = request({ encodeAnswer: () => new Uint8Array(0) });
      await log.append([], nothing);
      const again = await log.append([], nothing);
      expect([...again.replayedAnswer!]).toEqual([]);
    }));

  it("ids of different scopes do not meet", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const pairs = [
        ["a", "b-c"],
        ["a-b", "c"],
        ["", "a-b-c"],
        ['a","b', "c"],
        ["a", 'b","c'],
      ] as const;
      for (const [scope, id] of pairs) {
        const { replayedAnswer } = await log.append([logRow()], request({ scope, id }));
        expect(replayedAnswer, `${scope} / ${id}`).toBeUndefined();
      }
      expect(await rowsOf(log)).toBe(pairs.length);
    }));
}

function refusals(factory: EnginePlaceFactory<IngestLog>): void {
  it("other content under a used id is refused with REQUEST_ID_REUSED (semantics 13)", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      await log.append([logRow()], request());
      const other = request({ digest: Uint8Array.of(0, 127, 128, 254) });
      await expect(log.append([logRow({ id: 2 })], other)).rejects.toMatchObject({
        kind: "REQUEST_ID_REUSED",
      });
      expect(await rowsOf(log)).toBe(1);
      expect((await log.append([logRow()], request())).replayedAnswer).toBeDefined();
    }));

  it("where the answer cannot be made, nothing is appended and the id stays free", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const broken = request({
        encodeAnswer: () => {
          throw new TypeError("no answer");
        },
      });
      const other = log.append([logRow({ id: 5 })]);
      await expect(log.append([logRow()], broken)).rejects.toThrow("no answer");
      await other;
      expect(await rowsOf(log)).toBe(1);
      expect((await log.append([logRow()], request())).replayedAnswer).toBeUndefined();
      expect(await rowsOf(log)).toBe(2);
    }));
}

function twins(factory: EnginePlaceFactory<IngestLog>): void {
  it("of concurrent twins one appends; the others wait and get its answer (semantics 13)", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const ids = Array.from({ length: 10 }, (_, i) => `r-${i}`);
      const calls = ids.flatMap((id) =>
        Array.from({ length: 8 }, () => log.append([logRow({ id: 1 }), logRow({ id: 2 })], request({ id }))),
      );
      const results = await Promise.all(calls);
      expect(await rowsOf(log)).toBe(20);
      for (let i = 0; i < ids.length; i++) {
        const ofId = results.slice(i * 8, i * 8 + 8);
        const first = ofId.filter(({ replayedAnswer }) => replayedAnswer === undefined);
        expect(first.length).toBe(1);
        const answer = [...request().encodeAnswer(first[0]!.positions)];
        for (const { replayedAnswer } of ofId) {
          if (replayedAnswer !== undefined) expect([...replayedAnswer]).toEqual(answer);
        }
      }
    }));

  it("of concurrent calls with other content under one id, one wins and the others are refused", () =>
    withEngine(factory, new ManualClock(), async (log) => {
      const calls = Array.from({ length: 6 }, (_, i) =>
        log.append([logRow({ id: i })], request({ digest: Uint8Array.of(i) })),
      );
      const results = await Promise.allSettled(calls);
      const refused = results.filter((result) => result.status === "rejected");
      expect(refused.length).toBe(5);
      for (const { reason } of refused) expect(reason).toMatchObject({ kind: "REQUEST_ID_REUSED" });
      expect(await rowsOf(log)).toBe(1);
    }));
}

function forgetting(factory: EnginePlaceFactory<IngestLog>): void {
  it("forgetRequests() drops those before the instant and keeps the others", async () => {
    const clock = new ManualClock();
    await withEngine(factory, clock, async (log) => {
      await log.append([logRow()], request({ id: "old" }));
      await clock.advance(1_000);
      const beforeUs = clock.nowUs();
      await log.append([logRow()], request({ id: "new" }));
      await log.forgetRequests(beforeUs);
      expect((await log.append([logRow()], request({ id: "new" }))).replayedAnswer).toBeDefined();
      expect((await log.append([logRow()], request({ id: "old" }))).replayedAnswer).toBeUndefined();
      expect(await rowsOf(log)).toBe(3);
      await log.forgetRequests(clock.nowUs() + 1n);
      expect((await log.append([logRow()], request({ id: "new" }))).replayedAnswer).toBeUndefined();
    });
  });
}
