import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { FrameReader } from "./frame-reader.ts";
import { frameHead } from "./frames.ts";

it("FrameReader gives the frames back however the bytes are cut", async () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(payloads, fc.integer({ min: 1, max: 200 }), async (given, step) => {
      const bytes = Buffer.concat(given.flatMap((payload) => [frameHead("batch", payload.length), payload]));
      const stream = new PassThrough();
      const reader = new FrameReader(stream);
      for (let at = 0; at < bytes.length; at += step) stream.write(bytes.subarray(at, at + step));
      stream.end();
      for (const payload of given) {
        expect(await reader.next()).toEqual({ kind: "batch", payload: Buffer.from(payload) });
      }
      expect(await reader.next()).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});

it("FrameReader leaves the stream paused while nobody asks", async () => {
  const stream = new PassThrough({ highWaterMark: 1024 });
  const reader = new FrameReader(stream);
  const frame = Buffer.concat([frameHead("rows", 8), Buffer.alloc(8)]);
  stream.write(frame);
  await reader.next();
  expect(stream.isPaused()).toBe(true);
  let written = 0;
  while (stream.write(frame)) written++;
  expect(written).toBeLessThan(1024);
});
