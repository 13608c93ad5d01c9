import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRender } from "./render-windows.ts";
import { naiveWindows } from "./naive-windows.ts";
import { TileBlob } from "./tile-blob.ts";
import { compileTiles } from "./tile-plan.ts";
import type { TileEvent } from "./event-values.ts";
import type { WindowFeature } from "./window-feature.ts";
import {
  eventFields,
  eventValues,
  gaps,
  isAnswer,
  tolerance,
  windowFeature,
  windowFeatures,
} from "./windows.testdata.ts";

const numRuns = Number(process.env["TIMEWELL_RUNS"] ?? 150);
const startUs = 1_700_000_000_000_000n;

/** Events that come in any order of time: each goes on from the latest so far, or lies back. */
const histories = (withWild: boolean) =>
  fc
    .array(
      fc.record({
        gap: gaps,
        isLate: fc.boolean().chain((is) => (is ? fc.boolean() : fc.constant(false))),
        values: eventValues(withWild),
      }),
      { maxLength: 40 },
    )
    .map((steps) => {
      let latestUs = startUs;
      return steps.map(({ gap, isLate, values }, i): TileEvent => {
        const eventTimeUs = isLate ? latestUs - gap : latestUs + gap;
        if (eventTimeUs > latestUs) latestUs = eventTimeUs;
        return { eventTimeUs, order: 2n ** 63n + BigInt(i + 1), values };
      });
    });

function latestOf(events: readonly TileEvent[]): bigint {
  return events.reduce((max, { eventTimeUs }) => (eventTimeUs > max ? eventTimeUs : max), startUs);
}

function expectAnswers(
  features: readonly WindowFeature[],
  got: readonly unknown[],
  events: readonly TileEvent[],
  atUs: bigint,
): void {
  const expected = naiveWindows(features, events, atUs);
  features.forEach((feature, i) => {
    const offMax = tolerance(feature, events);
    const shown = { at: atUs, feature: { ...feature, filter: feature.filter?.text }, got: got[i] };
    const isRight = isAnswer(feature, got[i] as never, expected[i]!, offMax);
    if (!isRight) expect(shown).toEqual({ ...shown, got: expected[i] });
  });
}

describe("tiles", () => {
  it("answer what the rule says of the whole history, at any instant from the latest event on (semantics 11)", () => {
    const property = fc.property(
      fc.array(windowFeatures, { minLength: 1, maxLength: 8 }),
      histories(false),
      fc.array(gaps, { minLength: 1, maxLength: 4 }),
      (features, events, later) => {
        const plan = compileTiles(features, eventFields);
        const render = compileRender(plan);
        const blob = new TileBlob(plan, undefined);
        events.forEach((event, i) => {
          blob.add(event);
          const past = events.slice(0, i + 1);
          const atUs = latestOf(past) + later[i % later.length]!;
          if (event.eventTimeUs >= startUs || i === events.length - 1) {
            expectAnswers(features, render(blob.bytes(), undefined, atUs).values, past, atUs);
          }
        });
      },
    );
    fc.assert(property, { numRuns });
  });

  it("keep NaN and infinities apart as the rule says", () => {
    const property = fc.property(
      fc.array(windowFeatures, { minLength: 1, maxLength: 5 }),
      histories(true),
      (features, events) => {
        // Deviations and means of infinities are NaN whichever way they are computed, but not in the same place.
        const exact = features.filter(({ function: name }) => name !== "STDDEV");
        const plan = compileTiles(exact, eventFields);
        const blob = new TileBlob(plan, undefined);
        for (const event of events) blob.add(event);
        const atUs = latestOf(events);
        const { values } = compileRender(plan)(blob.bytes(), undefined, atUs);
        const isWild = events.some(({ values: [, , float, double] }) =>
          [float, double].some((value) => typeof value === "number" && !Number.isFinite(value)),
        );
        const checked = exact.map((feature, i) => ({ feature, value: values[i]! }));
        const judged = isWild
          ? checked.filter(({ feature: { function: name } }) => name !== "SUM" && name !== "MEAN")
          : checked;
        expectAnswers(
          judged.map(({ feature }) => feature),
          judged.map(({ value }) => value),
          events,
          atUs,
        );
      },
    );
    fc.assert(property, { numRuns });
  });

  it("do not depend on where a history is cut into blobs of source files and of the log", () => {
    const property = fc.property(
      fc.array(windowFeatures, { minLength: 1, maxLength: 6 }),
      histories(false),
      fc.nat({ max: 40 }),
      gaps,
      (features, events, cut, later) => {
        const plan = compileTiles(features, eventFields);
        const [log, batch] = [new TileBlob(plan, undefined), new TileBlob(plan, undefined)];
        events.forEach((event, i) => (i < cut ? batch : log).add(event));
        const atUs = latestOf(events) + later;
        const { values } = compileRender(plan)(
          cut < events.length ? log.bytes() : undefined,
          cut > 0 && events.length > 0 ? batch.bytes() : undefined,
          atUs,
        );
        expectAnswers(features, values, events, atUs);
      },
    );
    fc.assert(property, { numRuns });
  });

  it("do not depend on being stored and opened again between events, or on the order of the events", () => {
    const property = fc.property(
      fc.array(windowFeatures, { minLength: 1, maxLength: 6 }),
      histories(false),
      fc.integer(),
      (features, events, seed) => {
        const plan = compileTiles(features, eventFields);
        const shuffled = [...events].sort(
          (a, b) => Number((a.order * BigInt(seed)) % 97n) - Number((b.order * BigInt(seed)) % 97n),
        );
        let bytes: Uint8Array | undefined;
        for (const event of shuffled) {
          const blob = new TileBlob(plan, bytes);
          blob.add(event);
          bytes = Uint8Array.from(blob.bytes());
        }
        const atUs = latestOf(events);
        expectAnswers(features, compileRender(plan)(bytes, undefined, atUs).values, events, atUs);
      },
    );
    fc.assert(property, { numRuns });
  });

  it("answer empty windows with 0, an empty list, and NULL", () => {
    const features = [
      windowFeature("COUNT", 0n),
      windowFeature("LAST_N", 60_000_000n),
      windowFeature("SUM", 0n),
    ];
    const render = compileRender(compileTiles(features, eventFields));
    expect(render(undefined, undefined, startUs)).toEqual({ values: [0n, [], null], latestUs: undefined });
  });

  it("answer NULL for a feature that a blob of an older definition does not hold, and go on with the others", () => {
    const old = [windowFeature("COUNT", 3_600_000_000n), windowFeature("LAST", 0n)];
    const longer = windowFeature("COUNT", 1_800_000_000n);
    const newer = [
      ...old,
      longer,
      windowFeature("MAX", 3_600_000_000n),
      windowFeature("LAST_N", 0n, { n: 5 }),
    ];
    const blob = new TileBlob(compileTiles(old, eventFields), undefined);
    const plan = compileTiles(newer, eventFields);
    const values = [1, 2n, 3, 4, "a", new Uint8Array(), true, 5n];
    blob.add({ eventTimeUs: startUs, order: 1n, values });
    const grown = new TileBlob(plan, blob.bytes());
    grown.add({ eventTimeUs: startUs, order: 2n, values });
    expect(compileRender(plan)(grown.bytes(), undefined, startUs).values).toEqual([2n, 1, 2n, null, null]);
  });

  it("refuse to be added to by a process whose definition is older", () => {
    const old = compileTiles([windowFeature("COUNT", 0n)], eventFields);
    const newer = new TileBlob(compileTiles([windowFeature("MAX", 0n)], eventFields), undefined);
    expect(() => new TileBlob(old, newer.bytes())).toThrow("laid out by a newer definition");
  });

  it("refuse bytes that are cut off", () => {
    const plan = compileTiles(
      [windowFeature("COUNT", 60_000_000n), windowFeature("LAST_N", 0n)],
      eventFields,
    );
    const blob = new TileBlob(plan, undefined);
    blob.add({ eventTimeUs: startUs, order: 1n, values: [1, 2n, 3, 4, "a", new Uint8Array(), true, 5n] });
    const bytes = blob.bytes();
    const render = compileRender(plan);
    for (let length = 0; length < bytes.length; length++) {
      const part = bytes.slice(0, length);
      expect(() => render(part, undefined, startUs), `${length} bytes`).toThrow("Cannot read the tiles");
      expect(() => new TileBlob(plan, part), `${length} bytes`).toThrow();
    }
  });
});
