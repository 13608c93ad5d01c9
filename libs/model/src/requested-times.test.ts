import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { durationMaxMs } from "./limits.ts";
import { requestedAsOfUs, requestedMaxAgeUs } from "./index.ts";

describe("requestedAsOfUs()", () => {
  it("takes what a TIMESTAMP can be, and nothing (semantics 1)", () => {
    for (const us of [undefined, timeMinUs, 0n, timeMaxUs]) expect(requestedAsOfUs(us)).toBe(us);
  });

  it.each([timeMinUs - 1n, timeMaxUs + 1n, -(2n ** 63n)])("refuses %s and says the range", (us) => {
    const message = `Cannot read as of ${us} µs: expected an instant of 0001-01-01T00:00:00Z …`;
    expect(() => requestedAsOfUs(us)).toThrow(
      expect.objectContaining({ kind: "INVALID_REQUEST", message: expect.stringContaining(message) }),
    );
  });
});

describe("requestedMaxAgeUs()", () => {
  it("takes what a ttl can be but 0, and nothing", () => {
    expect(requestedMaxAgeUs(undefined)).toBeUndefined();
    expect(requestedMaxAgeUs(durationMaxMs)).toBe(durationMaxMs * 1000n);
  });

  // Above the limit it would not fit into 64 bits as µs, which offline joins count in.
  it.each([0n, -1n, durationMaxMs + 1n, 2n ** 63n - 1n])("refuses %s ms", (ms) => {
    expect(() => requestedMaxAgeUs(ms)).toThrow(expect.objectContaining({ kind: "INVALID_REQUEST" }));
  });
});
