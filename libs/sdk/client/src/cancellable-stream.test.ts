import { describe, expect, test } from "vitest";
import { cancellableStream } from "./cancellable-stream.ts";

/** A stream of 0, 1, 2 as connect gives it: without `return`, and failing at the next read after its signal. */
function source(count = 3) {
  const seen = { signal: undefined as AbortSignal | undefined, failedReads: 0 };
  const open = (signal: AbortSignal): AsyncIterable<number> => {
    seen.signal = signal;
    let next = 0;
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          if (signal.aborted) {
            seen.failedReads += 1;
            return Promise.reject(new Error("cancelled"));
          }
          return Promise.resolve(
            next < count ? { done: false, value: next++ } : { done: true, value: undefined },
          );
        },
      }),
    };
  };
  return { open, seen };
}

describe("cancellableStream()", () => {
  test("gives every message and cancels nothing when it is read to the end", async () => {
    const { open, seen } = source();
    const read: number[] = [];
    for await (const message of cancellableStream(open, undefined)) read.push(message);
    expect(read).toEqual([0, 1, 2]);
    expect(seen.signal?.aborted).toBe(false);
  });

  test("cancels the call when the reader leaves early, and lets the call notice", async () => {
    const { open, seen } = source();
    for await (const message of cancellableStream(open, undefined)) if (message === 1) break;
    expect(seen.signal?.aborted).toBe(true);
    expect(seen.failedReads).toBe(1);
  });

  test("cancels the call when the reader throws, and passes the reader's error on", async () => {
    const { open, seen } = source();
    const read = async () => {
      for await (const message of cancellableStream(open, undefined)) throw new Error(`reader at ${message}`);
    };
    await expect(read()).rejects.toThrow("reader at 0");
    expect(seen.signal?.aborted).toBe(true);
  });

  test("fails as the stream fails, without another read", async () => {
    const { open, seen } = source();
    const outer = new AbortController();
    const stream = cancellableStream(open, outer.signal);
    await stream.next();
    outer.abort();
    await expect(stream.next()).rejects.toThrow("cancelled");
    expect(seen.failedReads).toBe(1);
  });
});
