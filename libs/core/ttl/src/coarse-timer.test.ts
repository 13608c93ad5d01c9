import { expect, it } from "vitest";
import { CoarseTimer, ManualClock } from "./index.ts";

it("CoarseTimer rings what is due, in the first tick at or after its time", async () => {
  const clock = new ManualClock();
  const timer = new CoarseTimer(clock, 10);
  const rung: string[] = [];
  const ring = (name: string) => () => rung.push(`${name} at ${clock.monotonicMs()}`);
  timer.add({ dueMs: 25, ring: ring("a") });
  timer.add({ dueMs: 10, ring: ring("b") });
  await clock.advance(40);
  expect(rung).toEqual(["b at 10", "a at 30"]);
});

it("CoarseTimer never rings what was deleted, and goes on after it had nothing to do", async () => {
  const clock = new ManualClock();
  const timer = new CoarseTimer(clock, 10);
  let rung = 0;
  const alarm = { dueMs: 5, ring: () => rung++ };
  timer.clear(timer.add(alarm), alarm);
  await clock.advance(50);
  expect(rung).toBe(0);
  timer.add({ ...alarm, dueMs: 55 });
  await clock.advance(10);
  expect(rung).toBe(1);
});

it("CoarseTimer gives a place that became free to the next alarm, and clears only the one that is meant", async () => {
  const clock = new ManualClock();
  const timer = new CoarseTimer(clock, 10);
  const rung: string[] = [];
  const first = { dueMs: 10, ring: () => rung.push("first") };
  const place = timer.add(first);
  await clock.advance(10);
  expect(timer.add({ dueMs: 20, ring: () => rung.push("second") })).toBe(place);
  timer.clear(place, first);
  await clock.advance(10);
  expect(rung).toEqual(["first", "second"]);
});
