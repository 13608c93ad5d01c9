import { describe, expect, test, vi } from "vitest";
import { ManualClock, systemClock } from "./index.ts";

describe("ManualClock", () => {
  test("stands still until it is advanced", async () => {
    const clock = new ManualClock(1000n);
    expect([clock.nowUs(), clock.monotonicMs()]).toEqual([1000n, 0]);
    await clock.advance(1.5);
    expect([clock.nowUs(), clock.monotonicMs()]).toEqual([2500n, 1.5]);
  });

  test("wakes sleepers in order, each at its own time", async () => {
    const clock = new ManualClock(0n);
    const woken: string[] = [];
    void clock.sleep(20).then(() => woken.push(`b at ${clock.nowUs()}`));
    void clock.sleep(10).then(() => woken.push(`a at ${clock.nowUs()}`));
    void clock.sleep(31).then(() => woken.push("too early"));
    await clock.advance(30);
    expect(woken).toEqual(["a at 10000", "b at 20000"]);
  });

  test("runs a loop of sleeps as often as time allows", async () => {
    const clock = new ManualClock(0n);
    const abort = new AbortController();
    let rounds = 0;
    const loop = (async () => {
      for (;;) {
        await clock.sleep(10, abort.signal);
        rounds += 1;
      }
    })();
    await clock.advance(55);
    expect(rounds).toBe(5);
    abort.abort(new Error("stopped"));
    await expect(loop).rejects.toThrow("stopped");
  });

  test("rejects a sleep that is aborted before it begins", async () => {
    const sleep = new ManualClock().sleep(10, AbortSignal.abort(new Error("stopped")));
    await expect(sleep).rejects.toThrow("stopped");
  });
});

describe("systemClock()", () => {
  // Whole milliseconds, rounded down, once dated an answer before the rows that it held: training then left them out.
  test("tells microseconds of the millisecond that the wall clock shows, and never goes back", () => {
    const clock = systemClock();
    const parts = new Set<bigint>();
    let last = 0n;
    for (let i = 0; i < 20_000; i++) {
      const before = BigInt(Date.now()) * 1000n;
      const nowUs = clock.nowUs();
      const after = BigInt(Date.now()) * 1000n + 999n;
      expect(nowUs >= before && nowUs <= after && nowUs >= last).toBe(true);
      parts.add(nowUs % 1000n);
      last = nowUs;
    }
    expect(parts.size).toBeGreaterThan(10);
  });

  test("follows the wall clock where that is set forward or back", () => {
    const clock = systemClock();
    const wallMs = vi.spyOn(Date, "now");
    for (const ms of [1_700_000_000_000, 1_800_000_000_000, 1_600_000_000_000]) {
      wallMs.mockReturnValue(ms);
      const nowUs = Number(clock.nowUs());
      expect(nowUs >= ms * 1000 && nowUs < ms * 1000 + 1000).toBe(true);
    }
    wallMs.mockRestore();
  });

  test("sleeps for the given time and rejects with the reason of an abort", async () => {
    const clock = systemClock();
    const startUs = clock.nowUs();
    const startMs = clock.monotonicMs();
    await clock.sleep(5);
    expect(clock.monotonicMs() - startMs).toBeGreaterThan(3);
    expect(clock.nowUs() - startUs).toBeGreaterThanOrEqual(3000n);
    const reason = new Error("stopped");
    await expect(clock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
