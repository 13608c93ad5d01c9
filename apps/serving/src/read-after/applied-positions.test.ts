import { FeatureStoreError } from "@timewell/errors";
import { ManualClock } from "@timewell/ttl";
import { describe, expect, it } from "vitest";

import { AppliedPositions } from "./applied-positions.ts";

/** A store whose watermarks a test sets. */
class Watermarks {
  readonly marks = new Map<number, bigint>();
  looks = 0;
  problem: Error | undefined;
  hangs = false;

  watermarks(): Promise<Map<number, bigint>> {
    this.looks++;
    if (this.hangs) return new Promise(() => undefined);
    return this.problem === undefined ? Promise.resolve(new Map(this.marks)) : Promise.reject(this.problem);
  }
}

function setUp() {
  const clock = new ManualClock();
  const onlineStore = new Watermarks();
  return { clock, onlineStore, applied: new AppliedPositions({ onlineStore, clock }) };
}

/** What became of a promise so far. */
function watch(promise: Promise<void>): { state: string } {
  const seen = { state: "waits" };
  promise.then(
    () => (seen.state = "done"),
    (reason: FeatureStoreError) => (seen.state = reason.message),
  );
  return seen;
}

describe("AppliedPositions", () => {
  it("waits until every position is applied (semantics 12), by one look at a time for all who wait", async () => {
    const { clock, onlineStore, applied } = setUp();
    onlineStore.marks.set(3, 9n);
    const waits = [
      watch(applied.wait([{ partition: 3, position: 10n }], 1_000)),
      watch(
        applied.wait(
          [
            { partition: 3, position: 9n },
            { partition: 4, position: 1n },
          ],
          1_000,
        ),
      ),
      watch(applied.wait([{ partition: 3, position: 9n }], 1_000)),
    ];
    await clock.advance(50);
    expect(waits.map(({ state }) => state)).toEqual(["waits", "waits", "done"]);
    onlineStore.marks.set(3, 10n);
    await clock.advance(50);
    expect(waits.map(({ state }) => state)).toEqual(["done", "waits", "done"]);
    onlineStore.marks.set(4, 1n);
    await clock.advance(50);
    expect(waits.map(({ state }) => state)).toEqual(["done", "done", "done"]);
    const { looks } = onlineStore;
    expect(looks).toBeLessThan(40);
    await clock.advance(1_000);
    expect(onlineStore.looks).toBe(looks);
  });

  it("past its time a wait fails as where the store does not answer, and says how far the store is", async () => {
    const { clock, onlineStore, applied } = setUp();
    onlineStore.marks.set(3, 9n);
    const short = applied.wait([{ partition: 3, position: 10n }], 100);
    const seen = [watch(short), watch(applied.wait([{ partition: 3, position: 10n }], 300))];
    await clock.advance(200);
    expect(seen[0]!.state).toMatch(/position 10 of log partition 3 in time: .* up to position 9/);
    await expect(short).rejects.toMatchObject({ kind: "STORE_UNAVAILABLE" });
    expect(seen[1]!.state).toBe("waits");
    await clock.advance(200);
    expect(seen[1]!.state).toContain("in time");
  });

  it("a store that fails fails the wait, and one that hangs lets each wait end in its own time", async () => {
    const { clock, onlineStore, applied } = setUp();
    onlineStore.problem = new FeatureStoreError("STORE_UNAVAILABLE", "Cannot read: it is gone");
    const failed = watch(applied.wait([{ partition: 1, position: 1n }], 1_000));
    await clock.advance(50);
    expect(failed.state).toContain("it is gone");
    onlineStore.hangs = true;
    const long = watch(applied.wait([{ partition: 1, position: 1n }], 10_000));
    await clock.advance(30);
    const short = watch(applied.wait([{ partition: 1, position: 1n }], 100));
    await clock.advance(150);
    expect([short.state.includes("in time"), long.state]).toEqual([true, "waits"]);
  });

  it("refuses more than 10,000 positions, and what is no partition", () => {
    const { applied } = setUp();
    const many = Array.from({ length: 10_001 }, () => ({ partition: 0, position: 1n }));
    expect(() => applied.wait(many, 1)).toThrow(expect.objectContaining({ kind: "LIMIT_EXCEEDED" }));
    expect(() => applied.wait([{ partition: 64, position: 1n }], 1)).toThrow(
      expect.objectContaining({ kind: "INVALID_REQUEST" }),
    );
  });
});
