import { PushRow_Operation, Wait } from "@timewell/contracts";
import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { IngestionWorld, startUs } from "./ingestion-world.testdata.ts";

const keys = (airport: string) => ({ airport: { kind: { case: "stringValue", value: airport } } }) as const;
const features = (departures: bigint, meanDelay: number) =>
  ({
    departures: { kind: { case: "int64Value", value: departures } },
    mean_delay: { kind: { case: "doubleValue", value: meanDelay } },
  }) as const;

describe("push()", () => {
  let world: IngestionWorld;
  beforeEach(async () => {
    world = await IngestionWorld.create();
  });
  afterEach(() => world.close());

  it("answers each row in order, and a wrong row never fails its neighbours", async () => {
    const { results } = await world.push({
      featureView: "airport_hourly",
      rows: [
        { keys: keys("SEA"), features: features(5n, 1.5), eventTimeUs: startUs },
        { keys: {}, features: features(5n, 1.5), eventTimeUs: startUs },
        { keys: keys("SFO"), features: features(5n, 1.5) },
        {
          keys: keys("SFO"),
          features: { mean_delya: { kind: { case: "doubleValue", value: 1 } } },
          eventTimeUs: startUs,
        },
        {
          keys: keys("SFO"),
          features: { mean_delay: { kind: { case: "stringValue", value: "x" } } },
          eventTimeUs: startUs,
        },
        { keys: keys("SFO"), features: features(5n, 1.5), eventTimeUs: startUs + 301_000_000n },
        { keys: keys("SFO"), features: features(6n, 2.5), eventTimeUs: startUs },
      ],
    });
    expect(
      results.map(({ outcome }) => (outcome.case === "error" ? outcome.value.kind : outcome.case)),
    ).toEqual([
      "position",
      "INVALID_KEY",
      "INVALID_EVENT_TIME",
      "FEATURE_NOT_FOUND",
      "INVALID_VALUE",
      "INVALID_EVENT_TIME",
      "position",
    ]);
    const messages = results.flatMap(({ outcome }) =>
      outcome.case === "error" ? [outcome.value.message] : [],
    );
    expect(messages[0]).toContain("key airport is missing");
    expect(messages[2]).toContain("Did you mean mean_delay?");
    expect(messages[4]).toContain("301 s in the future");
  });

  // DuckDB reads the least int64 as infinity and fails on it, so that one such row would break every training set of its view.
  it.each([timeMinUs - 1n, timeMaxUs + 1n, -(2n ** 63n), -(2n ** 63n) + 1n])(
    "refuses the event time %s and names the range, and takes its ends (semantics 1)",
    async (eventTimeUs) => {
      const push = async (eventTime: bigint) => {
        const row = { keys: keys("SEA"), features: features(5n, 1.5), eventTimeUs: eventTime };
        const { results } = await world.push({ featureView: "airport_hourly", rows: [row] });
        return results[0]!.outcome;
      };
      expect(await push(eventTimeUs)).toMatchObject({
        case: "error",
        value: {
          kind: "INVALID_EVENT_TIME",
          message: expect.stringContaining(
            `event time ${eventTimeUs} µs is not one of 0001-01-01T00:00:00Z … 9999-12-31T23:59:59.999999Z`,
          ) as string,
        },
      });
      expect(await push(timeMinUs)).toMatchObject({ case: "position" });
    },
  );

  it("waits until the rows can be read online, with the store's stamp (semantics 12)", async () => {
    world.applier.start();
    const pushed = world.push({
      featureView: "airport_hourly",
      rows: [{ keys: keys("SEA"), features: features(5n, 1.5), eventTimeUs: startUs - 10n }],
      wait: Wait.ONLINE,
    });
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
    await pushed;
    const row = await world.read("airport_hourly", "SEA");
    expect(row?.values).toEqual([5n, 1.5]);
    expect(row?.availableTimeUs).toBeGreaterThanOrEqual(startUs);
  });

  it("replaces the whole row: a feature left out becomes NULL", async () => {
    world.applier.start();
    await world.push({
      featureView: "airport_hourly",
      rows: [
        { keys: keys("SEA"), features: features(5n, 1.5), eventTimeUs: startUs - 10n },
        {
          keys: keys("SEA"),
          features: { departures: features(7n, 0).departures },
          eventTimeUs: startUs - 10n,
        },
      ],
    });
    await world.until(async () => (await world.read("airport_hourly", "SEA"))?.values[0] === 7n);
    expect((await world.read("airport_hourly", "SEA"))?.values).toEqual([7n, null]);
  });

  it("deletes what is at or before now where no event time is given (semantics 17)", async () => {
    world.applier.start();
    const put = { keys: keys("SEA"), features: features(5n, 1.5), eventTimeUs: startUs - 10n };
    await world.push({
      featureView: "airport_hourly",
      rows: [put, { keys: keys("SEA"), operation: PushRow_Operation.DELETE }],
    });
    await world.until(async () => (await world.read("airport_hourly", "SEA"))?.deleted === true);
    expect((await world.read("airport_hourly", "SEA"))?.eventTimeUs).toBe(startUs);
  });

  it("has one effect for a retried request, and refuses other content under its id (semantics 13)", async () => {
    const request = {
      featureView: "airport_hourly",
      requestId: "retry-1",
      rows: [{ keys: keys("SEA"), features: features(5n, 1.5), eventTimeUs: startUs }, { keys: {} }],
    };
    const first = await world.push(request);
    const reordered = {
      mean_delay: request.rows[0]!.features!.mean_delay,
      departures: request.rows[0]!.features!.departures,
    };
    const second = await world.push({
      ...request,
      rows: [{ ...request.rows[0]!, features: reordered }, { keys: {} }],
    });
    expect(second).toEqual(first);
    const total = (await world.deps.ingestLog.progress()).reduce((sum, { head }) => sum + head, 0n);
    expect(total).toBe(1n);
    await expect(world.push({ ...request, rows: [request.rows[0]!] })).rejects.toMatchObject({
      kind: "REQUEST_ID_REUSED",
    });
  });

  it("keeps a row of the near future in the log until its time has come (semantics 9)", async () => {
    world.applier.start();
    const rows = [
      { keys: keys("SEA"), features: features(5n, 1.5), eventTimeUs: startUs + 60_000_000n },
      { keys: keys("SEA"), features: features(4n, 1.5), eventTimeUs: startUs },
    ];
    await world.push({ featureView: "airport_hourly", rows });
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
    expect((await world.read("airport_hourly", "SEA"))?.values[0]).toBe(4n);
    await world.clock.advance(61_000);
    await world.until(async () => (await world.read("airport_hourly", "SEA"))?.values[0] === 5n);
  });

  it("refuses more rows while too many wait to be applied", async () => {
    const rows = Array.from({ length: 1_001 }, (_, i) => ({
      keys: keys(`A${i}`),
      features: features(1n, 1),
      eventTimeUs: startUs + 60_000_000n,
    }));
    world.applier.start();
    await world.push({ featureView: "airport_hourly", rows });
    await world.until(() => world.applier.backlogRows() > 1_000n);
    await expect(world.push({ featureView: "airport_hourly", rows })).rejects.toMatchObject({
      kind: "OVERLOADED",
    });
  });

  it("refuses an unknown view, an empty push and one that is too large", async () => {
    const row = { keys: keys("SEA"), features: features(1n, 1), eventTimeUs: startUs };
    await expect(world.push({ featureView: "airport_hourli", rows: [row] })).rejects.toMatchObject({
      kind: "FEATURE_VIEW_NOT_FOUND",
      hint: expect.stringContaining("airport_hourly") as string,
    });
    await expect(world.push({ featureView: "airport_hourly", rows: [] })).rejects.toMatchObject({
      kind: "INVALID_REQUEST",
    });
    const many = Array.from({ length: 10_001 }, () => row);
    await expect(world.push({ featureView: "airport_hourly", rows: many })).rejects.toMatchObject({
      kind: "LIMIT_EXCEEDED",
    });
  });
});
