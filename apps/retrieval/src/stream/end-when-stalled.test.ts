import { create } from "@bufbuild/protobuf";
import { GetTrainingSetRequestSchema } from "@timewell/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { getTrainingSet } from "../get-training-set.ts";
import { arrowLabels } from "./stream-labels.testdata.ts";
import { nowUs, readStream, StreamWorld } from "./stream-world.testdata.ts";

describe("a training set that stands still", () => {
  let world: StreamWorld;
  beforeAll(async () => {
    world = await StreamWorld.create(500);
  });
  afterAll(() => world.close());

  const rows = Array.from({ length: 20_000 }, (_, seed) => ({ user: 1n, friend: 2n, atUs: nowUs, seed }));
  const labels = arrowLabels(rows);
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  /** Reads until a batch has come, and no more. */
  async function stall(signal?: AbortSignal) {
    const stream = world.stream({}, labels, signal);
    for (;;) {
      const { value } = await stream.next();
      if (value?.batchEnd !== undefined)
        return { stream, token: value.batchEnd.resumeToken, pid: world.engine.workerPids[0]! };
    }
  }

  it("is ended after a minute, gives back what it holds, and goes on with its token", async () => {
    const { stream, token, pid } = await stall();
    await world.clock.advance(59_000);
    expect(isAlive(pid)).toBe(true);
    await world.clock.advance(2_000);
    await expect.poll(() => isAlive(pid)).toBe(false);
    // There is one worker: others get it although the reader of the first never came back.
    const whole = await world.read({}, labels);
    await expect(stream.next()).rejects.toMatchObject({
      kind: "STREAM_STALLED",
      message: expect.stringContaining("nobody read it for 60 s"),
    });
    const digest = { case: "labelsDigest", value: whole.start.labelsDigest } as const;
    const resumed = await readStream(world.stream({ labels: digest, resumeToken: token }));
    expect(resumed.receipt).toEqual(whole.receipt);
  });

  it("is not ended while somebody reads now and then", async () => {
    const { stream } = await stall();
    for (let i = 0; i < 3; i++) {
      await world.clock.advance(50_000);
      expect((await stream.next()).done).toBe(false);
    }
    await stream.return(undefined);
  });

  it("is ended where its labels do not come", async () => {
    const hang = new Promise<never>(() => undefined);
    async function* messages() {
      yield create(GetTrainingSetRequestSchema, {
        project: "default",
        selection: { case: "featureService", value: "both" },
        labels: { case: "labelsFollow", value: true },
      });
      yield await hang;
    }
    const call = { signal: new AbortController().signal, principal: "" };
    const first = getTrainingSet(world.deps, messages(), call).next();
    let failed = false;
    const end = expect(first).rejects.toMatchObject({ kind: "STREAM_STALLED" });
    void end.finally(() => (failed = true));
    // It asks for the labels only after it has looked at files.
    while (!failed) {
      await world.clock.advance(5_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await end;
  });

  it("whose connection is gone gives back what it holds, although nobody asks for more", async () => {
    const gone = new AbortController();
    const { stream } = await stall(gone.signal);
    gone.abort();
    // There is one worker.
    expect((await world.read({}, labels)).receipt.rows).toBe(BigInt(rows.length));
    await expect(stream.next()).rejects.toMatchObject({ kind: "CANCELLED" });
  });

  it("that is cancelled ends its process within 50 ms", { timeout: 180_000 }, async () => {
    let leastMs = Infinity;
    // The machine may be busy with something else: one quick end shows that nothing has to be waited for.
    for (let tries = 0; tries < 20 && leastMs >= 50; tries++) {
      const cancelled = new AbortController();
      const { stream, pid } = await stall(cancelled.signal);
      const start = performance.now();
      cancelled.abort();
      while (isAlive(pid) && performance.now() - start < 5_000) await new Promise(setImmediate);
      leastMs = Math.min(leastMs, performance.now() - start);
      await expect(stream.next()).rejects.toMatchObject({ kind: "CANCELLED" });
    }
    expect(leastMs).toBeLessThan(50);
  });
});
