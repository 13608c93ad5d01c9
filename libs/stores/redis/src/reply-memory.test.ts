import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReplyMemory } from "./reply-memory.ts";

/** Receives bytes as a socket does. */
function receive(memory: ReplyMemory, bytes: Buffer): void {
  memory.wrote(bytes.copy(memory.room(bytes.length)));
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("ReplyMemory", () => {
  it("hands over every byte in order, however much is read at a time", async () => {
    const steps = fc.array(
      fc.record({
        pieceBytes: fc.integer({ min: 1, max: 400_000 }),
        left: fc.integer({ min: 0, max: 3_000 }),
        ends: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    const property = fc.asyncProperty(steps, async (pieces) => {
      const memory = new ReplyMemory();
      let sent = 0;
      let read = 0;
      for (const { pieceBytes, left, ends } of pieces) {
        receive(memory, Buffer.from(Array.from({ length: pieceBytes }, () => sent++ % 251)));
        const { received, start } = memory;
        const end = Math.max(start, received.length - left);
        for (let at = start; at < end; at += 997) expect(received[at]).toBe((read + at - start) % 251);
        read += end - start;
        memory.read(end, !ends);
        if (ends) await turn();
      }
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it("keeps rows until the turn of the event loop is over, then uses their memory again", async () => {
    const memory = new ReplyMemory();
    const first = memory.room();
    receive(memory, Buffer.from("row"));
    const row = memory.received.subarray(0, 3);
    memory.use();
    memory.read(3, false);
    receive(memory, Buffer.from("next"));
    expect(row.toString()).toBe("row");
    memory.read(7, false);
    await turn();
    expect(memory.room().byteOffset).toBe(first.byteOffset);
  });

  it("keeps the rows of a reply that has not come in whole, for as long as it takes", async () => {
    const memory = new ReplyMemory();
    receive(memory, Buffer.from("row"));
    const row = memory.received.subarray(0, 3);
    memory.read(3, true);
    for (let i = 0; i < 40; i++) {
      await turn();
      receive(memory, Buffer.alloc(64 << 10, "x"));
      memory.read(memory.received.length, true);
    }
    expect(row.toString()).toBe("row");
  });
});
