import { describe, expect, test } from "vitest";
import { effectiveTtlUs, expiresAtUs, forgetAfterUs, isAlive, isPastForgetting, rowStatus } from "./index.ts";

/**
 * One row with event time 3, ttl 2 and grace 3, read at each instant 0 … 9. One letter per instant:
 * N newer, P present, E expired, - not found.
 */
// prettier-ignore
const timelines: readonly (readonly [string, TimelineOptions, string])[] = [
  ["a row, with ttl 2 and grace 3               ", {}, "NNNPPPEEE-"],
  ["a row without ttl never expires             ", { ttlUs: 0n }, "NNNPPPPPPP"],
  ["a ttl without grace is never EXPIRED        ", { graceUs: 0n }, "NNNPPP----"],
  ["a max_age below the ttl only expires earlier", { maxAgeUs: 1n }, "NNNPPEEEE-"],
  ["a max_age above the ttl changes nothing     ", { maxAgeUs: 9n }, "NNNPPPEEE-"],
  ["a max_age on a row without ttl              ", { ttlUs: 0n, maxAgeUs: 1n }, "NNNPPEEEEE"],
  ["a tombstone                                 ", { deleted: true }, "NNN-------"],
];

interface TimelineOptions {
  readonly ttlUs?: bigint;
  readonly graceUs?: bigint;
  readonly maxAgeUs?: bigint;
  readonly deleted?: boolean;
}

const letters = { NEWER: "N", PRESENT: "P", EXPIRED: "E", NOT_FOUND: "-" };

function timeline({ ttlUs = 2n, graceUs = 3n, maxAgeUs, deleted = false }: TimelineOptions): string {
  const row = { eventTimeUs: 3n, deleted };
  const forgetUs = forgetAfterUs(ttlUs, graceUs);
  const instants = Array.from({ length: 10 }, (_, atUs) => BigInt(atUs));
  return instants
    .map((atUs) => letters[rowStatus(row, atUs, effectiveTtlUs(ttlUs, maxAgeUs), forgetUs)])
    .join("");
}

describe("rowStatus()", () => {
  test.for(timelines)("%s", ([, options, statuses]) => {
    expect(timeline(options)).toBe(statuses);
  });

  test("is NOT_FOUND where there is no row", () => {
    expect(rowStatus(undefined, 0n, 0n, 0n)).toBe("NOT_FOUND");
  });

  test("is PRESENT exactly where a row that is not deleted is alive (semantics 4)", () => {
    for (let atUs = -3n; atUs <= 3n; atUs++) {
      for (let ttlUs = 0n; ttlUs <= 3n; ttlUs++) {
        const status = rowStatus({ eventTimeUs: 0n, deleted: false }, atUs, ttlUs, forgetAfterUs(ttlUs, 1n));
        expect(status === "PRESENT").toBe(isAlive(0n, atUs, ttlUs));
      }
    }
  });
});

describe("isAlive()", () => {
  test("includes both ends of [t - ttl, t] (semantics 3)", () => {
    expect([4n, 5n, 10n, 11n].map((eventTimeUs) => isAlive(eventTimeUs, 10n, 5n))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe("effectiveTtlUs()", () => {
  test("is the tighter of ttl and max_age, where 0 is for ever (semantics 3)", () => {
    expect(effectiveTtlUs(5n, undefined)).toBe(5n);
    expect(effectiveTtlUs(5n, 0n)).toBe(5n);
    expect(effectiveTtlUs(5n, 6n)).toBe(5n);
    expect(effectiveTtlUs(5n, 4n)).toBe(4n);
    expect(effectiveTtlUs(0n, 4n)).toBe(4n);
    expect(effectiveTtlUs(0n, undefined)).toBe(0n);
  });
});

describe("expiresAtUs()", () => {
  test("is the first instant at which the row is past forgetting", () => {
    const expiryUs = expiresAtUs(100n, forgetAfterUs(5n, 7n))!;
    expect(isPastForgetting(100n, expiryUs - 1n, 12n)).toBe(false);
    expect(isPastForgetting(100n, expiryUs, 12n)).toBe(true);
  });

  test("is undefined for a ttl of 0, which has no grace to end", () => {
    expect(expiresAtUs(100n, forgetAfterUs(0n, 7n))).toBeUndefined();
    expect(isPastForgetting(100n, 2n ** 62n, forgetAfterUs(0n, 7n))).toBe(false);
  });
});
