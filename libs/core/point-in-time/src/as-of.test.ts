import { effectiveTtlUs, forgetAfterUs, rowStatus } from "@timewell/ttl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quadraticAsOf, readTimeline } from "./history.testdata.ts";
import { asOf, compileHistory, naiveAsOf, type HistoryEntry, type HistoryMode } from "./index.ts";

const modes: readonly HistoryMode[] = ["EVENT_TIME", "AVAILABLE"];
const numRuns = Number(process.env["TIMEWELL_RUNS"] ?? 10_000);

const cases = [
  {
    title: "the latest event wins",
    history: `
      a |*
      b |  *
      c |     *`,
    eventTime: "aabbbccc",
    available: "aabbbccc",
  },
  {
    title: "of equal event times the greater order wins",
    history: `
      a |  *
      b |  *`,
    eventTime: "..bbbbbb",
    available: "..bbbbbb",
  },
  {
    title: "a late row counts in AVAILABLE mode only from its available time on",
    history: `
      a |*
      b | E--A`,
    eventTime: "abbbbbbb",
    available: "aaaabbbb",
  },
  {
    title: "a row that arrives after a newer one never counts in AVAILABLE mode",
    history: `
      a | E---A
      b |  *`,
    eventTime: ".abbbbbb",
    available: "..bbbbbb",
  },
  {
    title: "of rows that become available at once the latest event wins",
    history: `
      b | E--A
      a |E---A`,
    eventTime: "abbbbbbb",
    available: "....bbbb",
  },
  {
    title: "a row without an available time does not count in AVAILABLE mode",
    history: `
      a |*
      b |  E`,
    eventTime: "aabbbbbb",
    available: "aaaaaaaa",
  },
  {
    title: "a tombstone is an answer until a newer row comes",
    history: `
      a |*
      x |  X--A
      b |      *`,
    eventTime: "aaxxxxbb",
    available: "aaaaaxbb",
  },
  { title: "an empty history has no answer", history: "", eventTime: "........", available: "........" },
];

describe("asOf()", () => {
  test.for(cases)("says that $title", ({ history, eventTime, available }) => {
    const entries = readTimeline(history);
    const answers = (mode: HistoryMode) => {
      const compiled = compileHistory(entries.toReversed(), mode);
      return Array.from({ length: 8 }, (_, atUs) => asOf(compiled, BigInt(atUs))?.name ?? ".").join("");
    };
    expect(answers("EVENT_TIME")).toBe(eventTime);
    expect(answers("AVAILABLE")).toBe(available);
  });

  test("equals both references in every history of up to three rows in a small world", () => {
    const world = smallWorld();
    checkAll([]);
    for (const a of world) {
      checkAll([a]);
      for (const b of world) {
        checkAll([a, b]);
        for (const c of world) checkAll([a, b, c]);
      }
    }
    expect(world).toHaveLength(24);
  });

  test("equals both references in random histories, and so does the status after ttl (semantics 5)", () => {
    fc.assert(
      fc.property(histories, instants, durations, durations, (entries, atUs, ttlUs, graceUs) => {
        for (const mode of modes) {
          const expected = quadraticAsOf(entries, atUs, mode);
          const actual = asOf(compileHistory(entries, mode), atUs);
          expect(identity(actual)).toEqual(identity(expected));
          expect(identity(naiveAsOf(entries, atUs, mode))).toEqual(identity(expected));
          const status = rowStatus(
            actual,
            atUs,
            effectiveTtlUs(ttlUs, undefined),
            forgetAfterUs(ttlUs, graceUs),
          );
          expect(status).toBe(plainStatus(expected, atUs, ttlUs, graceUs));
        }
      }),
      { numRuns },
    );
  });

  test("answers in AVAILABLE mode what a latest-wins store held at that instant (semantics 5)", () => {
    fc.assert(
      fc.property(histories, instants, (entries, atUs) => {
        const answer = asOf(compileHistory(entries, "AVAILABLE"), atUs);
        expect(identity(answer)).toEqual(identity(storeAt(entries, atUs)));
      }),
      { numRuns },
    );
  });

  test("keeps the first of two copies of a row, as a store does", () => {
    const first = { eventTimeUs: 1n, order: 1n, availableTimeUs: 2n, deleted: false, copy: 1 };
    const second = { ...first, availableTimeUs: 4n, copy: 2 };
    for (const entries of [
      [first, second],
      [second, first],
    ]) {
      expect(asOf(compileHistory(entries, "AVAILABLE"), 9n)?.copy).toBe(1);
      expect(naiveAsOf(entries, 9n, "AVAILABLE")?.copy).toBe(1);
      expect(asOf(compileHistory(entries, "EVENT_TIME"), 9n)).toBe(entries[0]);
      expect(naiveAsOf(entries, 9n, "EVENT_TIME")).toBe(entries[0]);
    }
  });
});

const instants = fc.bigInt({ min: -1n, max: 13n });
const durations = fc.bigInt({ min: 0n, max: 6n });

const entry: fc.Arbitrary<HistoryEntry> = fc
  .record({
    eventTimeUs: fc.bigInt({ min: 0n, max: 8n }),
    order: fc.bigInt({ min: 0n, max: 3n }),
    delayUs: fc.option(fc.bigInt({ min: 0n, max: 4n }), { nil: undefined }),
  })
  .map(({ delayUs, ...rest }) => ({
    ...rest,
    // Copies of a row agree in what they are.
    deleted: (rest.eventTimeUs + rest.order) % 3n === 0n,
    availableTimeUs: delayUs === undefined ? undefined : rest.eventTimeUs + delayUs,
  }));

const histories = fc.array(entry, { maxLength: 12 });

function smallWorld(): HistoryEntry[] {
  const world: HistoryEntry[] = [];
  for (const eventTimeUs of [0n, 1n, 2n]) {
    for (const order of [0n, 1n]) {
      for (const delayUs of [undefined, 0n, 1n, 2n]) {
        const availableTimeUs = delayUs === undefined ? undefined : eventTimeUs + delayUs;
        world.push({ eventTimeUs, order, availableTimeUs, deleted: false });
      }
    }
  }
  return world;
}

function checkAll(entries: readonly HistoryEntry[]): void {
  for (const mode of modes) {
    const compiled = compileHistory(entries, mode);
    for (let atUs = -1n; atUs <= 5n; atUs++) {
      const expected = identity(quadraticAsOf(entries, atUs, mode));
      const actual = [identity(asOf(compiled, atUs)), identity(naiveAsOf(entries, atUs, mode))];
      if (actual.some((answer) => answer !== expected)) expect(actual).toEqual([expected, expected]);
    }
  }
}

/** Copies of a row are one row. */
function identity(entry: HistoryEntry | undefined): string {
  return entry === undefined ? "none" : `${entry.eventTimeUs}/${entry.order}`;
}

/** Semantics 3 and 4, said once more without the functions under test. */
function plainStatus(entry: HistoryEntry | undefined, atUs: bigint, ttlUs: bigint, graceUs: bigint): string {
  if (entry === undefined || entry.deleted) return "NOT_FOUND";
  if (ttlUs === 0n || entry.eventTimeUs >= atUs - ttlUs) return "PRESENT";
  return entry.eventTimeUs >= atUs - ttlUs - graceUs ? "EXPIRED" : "NOT_FOUND";
}

/** Replays the rows in the order in which they became available into one latest-wins cell. */
function storeAt(entries: readonly HistoryEntry[], atUs: bigint): HistoryEntry | undefined {
  let held: HistoryEntry | undefined;
  for (let clockUs = 0n; clockUs <= atUs; clockUs++) {
    for (const row of entries.filter((candidate) => candidate.availableTimeUs === clockUs)) {
      const isGreater =
        held === undefined ||
        row.eventTimeUs > held.eventTimeUs ||
        (row.eventTimeUs === held.eventTimeUs && row.order > held.order);
      if (isGreater) held = row;
    }
  }
  return held;
}
