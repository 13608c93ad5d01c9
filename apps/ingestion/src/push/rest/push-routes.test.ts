import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startUs } from "../../ingestion-world.testdata.ts";
import { type StartedIngestion, startIngestion } from "../start-ingestion.testdata.ts";

const at = "2026-01-01T00:00:00Z";

describe("POST /push", () => {
  let ingestion: StartedIngestion;
  beforeEach(async () => {
    ingestion = await startIngestion();
  });
  afterEach(() => ingestion.stop());

  async function post(body: unknown, path = "/push") {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${ingestion.url}${path}`, { method: "POST", body: text });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const view = { project: "default", feature_view: "airport_hourly" };
  async function logRows() {
    const { ingestLog } = ingestion.world.deps;
    return (await Promise.all(Array.from({ length: 64 }, (_, p) => ingestLog.read(p, 0n, 100)))).flat();
  }

  it("takes rows with times of RFC 3339 or in µs, and answers each in order, wrong ones with their error", async () => {
    const { status, body } = await post({
      ...view,
      rows: [
        {
          keys: { airport: "SEA" },
          features: { departures: "9007199254740993", mean_delay: 1.5 },
          event_time: at,
        },
        { keys: { airport: "SFO" }, features: { departures: 5 }, event_time: Number(startUs) },
        { keys: { airport: "SFO" }, features: { departures: 1.5 }, event_time: at },
        { keys: {}, event_time: at },
        { keys: { airport: "SFO" } },
        { keys: { airport: "SFO" }, features: { departuers: 1 }, event_time: at },
        { keys: { airport: "SEA" }, delete: true },
      ],
    });
    expect(status).toBe(200);
    const results = body["results"] as { position?: object; error?: { kind: string } }[];
    expect(results.map(({ error }) => error?.kind)).toEqual([
      undefined,
      undefined,
      "INVALID_VALUE",
      "INVALID_KEY",
      "INVALID_EVENT_TIME",
      "FEATURE_NOT_FOUND",
      undefined,
    ]);
    expect(results[0]!.position).toEqual({ partition: expect.any(Number) as number, position: "1" });
    const { codec } = ingestion.world.view("airport_hourly").input;
    const stored = (await logRows())
      .filter(({ deleted }) => !deleted)
      .map(({ payload }) => codec.decode(payload));
    expect(new Set(stored)).toEqual(
      new Set([
        [9007199254740993n, 1.5],
        [5n, null],
      ]),
    );
  });

  it.each([
    ["no JSON", "{", 400, "INVALID_REQUEST"],
    ["no object", "[]", 400, "INVALID_REQUEST"],
    ["a field that is not known", { ...view, rows: [], request: "x" }, 400, "INVALID_REQUEST"],
    ["no rows", { ...view, rows: [] }, 400, "INVALID_REQUEST"],
    ["rows that are no list", { ...view, rows: {} }, 400, "INVALID_REQUEST"],
    [
      "a view that is not there",
      { ...view, feature_view: "nothing", rows: [{}] },
      404,
      "FEATURE_VIEW_NOT_FOUND",
    ],
    ["too much", `{"rows": "${"x".repeat(5 * 2 ** 20)}"}`, 400, "LIMIT_EXCEEDED"],
  ])("%s is refused as a whole, as JSON with a kind", async (_name, body, status, kind) => {
    expect(await post(body)).toMatchObject({
      status,
      body: { kind, message: expect.stringContaining("Cannot") as string },
    });
    expect(await logRows()).toHaveLength(0);
  });

  it("the same request id again has one effect and the same answer; other rows under it are refused (semantics 13)", async () => {
    const row = { keys: { airport: "SEA" }, features: { departures: 1 }, event_time: at };
    const turned = { event_time: at, features: { departures: 1 }, keys: { airport: "SEA" } };
    const answers = await Promise.all(
      [row, turned, row, turned, row].map((each) => post({ ...view, rows: [each], request_id: "r" })),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await logRows()).toHaveLength(1);
    const other = { ...row, features: { departures: 2 } };
    expect(await post({ ...view, rows: [other], request_id: "r" })).toMatchObject({
      body: { kind: "REQUEST_ID_REUSED" },
    });
  });

  it("takes the columns of Feast's clients, by the name of the push source or of the view, with times that have no zone", async () => {
    const df = {
      airport: ["SEA", "SFO"],
      departures: [1, 2],
      event_timestamp: ["2026-01-01T00:00:00", at],
      created: [null, null],
    };
    expect(
      await post({ push_source_name: "airport_hourly", df, to: "online", allow_registry_cache: true }),
    ).toEqual({
      status: 200,
      body: { status: true },
    });
    const written = await post(
      { feature_view_name: "airport_hourly", df, allow_registry_cache: false },
      "/write-to-online-store",
    );
    expect(written.status).toBe(200);
    const rows = await logRows();
    expect(rows).toHaveLength(4);
    expect(new Set(rows.map(({ eventTimeUs }) => eventTimeUs))).toEqual(new Set([startUs]));
    const wrong = { ...df, departures: [1, "x"] };
    expect(await post({ push_source_name: "airport_hourly", df: wrong })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("Row 1: Cannot store feature departures") as string },
    });
  });
});
