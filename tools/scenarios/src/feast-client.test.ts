import { readFileSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "@timewell/setup";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Columns, columnsOf, inTimewellsTerms } from "./feast/columns.ts";
import { feastViews, longDriver, project } from "./feast/feast-data.ts";
import { type FeastAnswer, FeastPython, jsonOf } from "./feast/feast-python.ts";
import { startFeastProject } from "./feast/start-feast.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import type { Deployment } from "./harness/start-apps.ts";

/** The first run installs Feast from PyPI. */
const installMs = 240_000;

vi.setConfig({ testTimeout: slowMachineMs, hookTimeout: installMs + slowMachineMs });

const atS = Math.floor(Date.now() / 1000);

describe("Feast from PyPI", () => {
  let timewell: Deployment;
  let feast: FeastPython;

  beforeAll(async () => {
    timewell = await startFeastProject({ engine: "embedded" }, atS);
    feast = await FeastPython.start(path.join(timewell.folder, "feast.log"));
  });
  afterAll(async () => {
    feast?.stop();
    await timewell?.stop();
  });

  /** Reads as an application of Feast does: `FeatureStore.get_online_features` with the online store of type remote. */
  function read(command: Record<string, unknown>): Promise<FeastAnswer> {
    return feast.run({ do: "read", url: timewell.urls.http, folder: timewell.folder, ...command });
  }

  async function answered(command: Record<string, unknown>) {
    const { answer, message } = await read(command);
    expect(message).toBeUndefined();
    return answer as {
      values: Record<string, unknown[]>;
      statuses: Record<string, string[]>;
      frame: { columns: string[]; rows: number };
      versions: Record<string, number>;
    };
  }

  describe("reads through its remote online store", () => {
    test("a list of features, with rows that are missing, and NULL", async () => {
      const { values, statuses, frame } = await answered({
        features: ["driver_stats:trips", "driver_stats:rating", "driver_stats:note", "driver_stats:active"],
        rows: [1001n, 1004n, 9999n].map((driver_id) => ({ driver_id })),
      });
      expect(values).toEqual({
        driver_id: [1001, 1004, 9999],
        trips: [9007199254740992, null, null], // JSON.parse rounds it; the next test does not.
        rating: [4.75, "NaN", null],
        note: ['über "alles" \u{1f697}', null, null],
        active: [true, null, null],
      });
      expect(statuses).toEqual({
        driver_id: ["PRESENT", "PRESENT", "PRESENT"],
        trips: ["PRESENT", "NULL_VALUE", "NOT_FOUND"],
        rating: ["PRESENT", "PRESENT", "NOT_FOUND"],
        note: ["PRESENT", "NULL_VALUE", "NOT_FOUND"],
        active: ["PRESENT", "NULL_VALUE", "NOT_FOUND"],
      });
      expect(frame).toEqual({ columns: ["driver_id", "trips", "rating", "note", "active"], rows: 3 });
    });

    test("64-bit integers in full, as keys and as values", async () => {
      const { values } = await answered({
        features: ["driver_stats:trips"],
        rows: [{ driver_id: 1001n }, { driver_id: longDriver }],
        asText: true,
      });
      expect(values).toEqual({
        driver_id: ["1001", String(longDriver)],
        trips: [String(2n ** 53n + 1n), "-1"],
      });
    });

    test("lists, vectors, bytes as base64, times as seconds", async () => {
      const features = ["counts", "scores", "tags", "days", "flags", "embedding", "photo", "seen"];
      const { values } = await answered({
        features: features.map((name) => `driver_stats:${name}`),
        rows: [{ driver_id: 1001n }],
        asText: true,
      });
      expect(values).toEqual({
        driver_id: ["1001"],
        counts: [`[1, ${-(2n ** 60n) - 1n}]`],
        scores: ["[1.0, 2.5]"],
        tags: ["['a', '', '\\n']"],
        days: ["[0, 86400]"],
        flags: ["[True, False]"],
        embedding: ["[0.5, 1.0, -2.0]"],
        photo: ["AP8K"],
        seen: ["1700000000"],
      });
    });

    test("whole floating-point numbers as floats", async () => {
      const { values } = await answered({
        features: ["driver_stats:rating", "driver_stats:share"],
        rows: [{ driver_id: longDriver }, { driver_id: 1003n }],
        asText: true,
      });
      expect(values["rating"]).toEqual(["3.0", "Infinity"]);
      expect(values["share"]).toEqual(["1.0000000150474662e+30", "-Infinity"]);
    });

    test("a feature service, with a composite key and an expired row", async () => {
      const { values, statuses } = await answered({
        service: "driver_v1",
        full: true,
        rows: [
          { driver_id: 1001n, pickup: "JFK", dropoff: "LGA" },
          { driver_id: 9999n, pickup: "JFK", dropoff: "EWR" },
          { driver_id: 1003n, pickup: "LGA", dropoff: "JFK" },
        ],
      });
      expect(Object.keys(values)).toEqual([
        ...["driver_id", "pickup", "dropoff"],
        ...["driver_stats__trips", "driver_stats__rating", "route_live__waiting", "route_live__minutes"],
      ]);
      expect(values["route_live__waiting"]).toEqual([3, null, null]);
      expect(values["route_live__minutes"]).toEqual([41.5, null, 12]);
      expect(statuses["route_live__waiting"]).toEqual(["PRESENT", "OUTSIDE_MAX_AGE", "NULL_VALUE"]);
      expect(statuses["route_live__minutes"]).toEqual(["PRESENT", "OUTSIDE_MAX_AGE", "PRESENT"]);
      expect(statuses["driver_stats__trips"]).toEqual(["PRESENT", "NOT_FOUND", "NULL_VALUE"]);
    });

    test("one view under two aliases, each with a key of its own", async () => {
      const { values, versions } = await answered({
        service: "pair_v1",
        full: true,
        versions: true,
        rows: [{ first_driver: 1001n, second_driver: 1002n }],
      });
      expect(values).toEqual({
        first_driver: [1001],
        second_driver: [1002],
        first__trips: [5],
        second__trips: [null],
      });
      expect(versions).toEqual({ driver_live: 1 });
    });

    test("a pinned version of a view under the name that Feast gives it", async () => {
      const { values } = await answered({
        features: ["driver_live@v1:trips"],
        full: true,
        rows: [{ driver_id: 1001n }],
      });
      expect(values).toEqual({ driver_id: [1001], "driver_live@v1__trips": [5] });
    });
  });

  describe("does what docs/feast.md shows", () => {
    const page = readFileSync(path.join(repoRoot, "docs/feast.md"), "utf8");
    /** The code blocks of a language. */
    const blocks = (language: string) =>
      [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
        .filter((block) => block[1] === language)
        .map((block) => block[2]!);

    test("with the SDK", async () => {
      const yaml = blocks("yaml").join("").replace("http://127.0.0.1:6566", timewell.urls.http);
      const folder = path.join(timewell.folder, "as-documented");
      const { answer, message } = await feast.run({
        do: "script",
        folder,
        yaml,
        code: blocks("python").join(""),
      });
      expect(message).toBeUndefined();
      expect(answer).toMatchObject([
        { driver_id: [1001, 1002], rating: [4.75, null] },
        { driver_stats__rating: [4.75], route_live__waiting: [3], route_live__minutes: [41.5] },
      ]);
    });

    test("without it", async () => {
      const body = /-d '(.*?)'/s.exec(blocks("")[0]!)![1]!;
      const answer = await fetch(`${timewell.urls.http}/get-online-features`, { method: "POST", body });
      const { results } = (await answer.json()) as { results: readonly { statuses: readonly string[] }[] };
      expect(results.map(({ statuses }) => statuses)).toEqual([
        ["PRESENT", "PRESENT"],
        ["PRESENT", "NOT_FOUND"],
      ]);
    });
  });

  describe("raises its own exceptions, at once", () => {
    const rows = [{ driver_id: 1001n }];
    test.for([
      { features: ["driver_stat:trips"], rows, error: "FeatureViewNotFoundException", says: "driver_stats" },
      {
        features: ["driver_live@v7:trips"],
        rows,
        error: "FeatureViewNotFoundException",
        says: "versions are 1",
      },
      {
        features: ["driver_stats:trip"],
        rows,
        error: "FeastObjectNotFoundException",
        says: "Did you mean trips?",
      },
      { service: "driver_v2", rows, error: "FeatureServiceNotFoundException", says: "driver_v1" },
      { features: ["route_live:waiting"], rows: [{ pickup: "JFK" }], error: "FeastError", says: "dropoff" },
      {
        features: ["driver_stats:trips"],
        rows: [{ rider: 1n }],
        error: "EntityNotFoundException",
        says: "rider",
      },
      {
        features: ["driver_stats:trips"],
        rows: [{ driver_id: "1001" }],
        error: "FeastError",
        says: "an integer",
      },
      {
        features: ["driver_stats:trips", "driver_live:trips"],
        rows,
        error: "FeatureNameCollisionError",
        says: "full_feature_names",
      },
    ])("$error for $says", async ({ error, says, ...command }) => {
      let leastMs = Infinity;
      // Its client repeats what it thinks is passing, for three seconds and more; the machine may be busy with something else.
      for (let tries = 0; tries < 5 && leastMs >= 2_000; tries++) {
        const startedMs = performance.now();
        const raised = await read(command);
        leastMs = Math.min(leastMs, performance.now() - startedMs);
        expect(raised.error).toBe(error);
        expect(raised.message).toContain(says);
      }
      expect(leastMs).toBeLessThan(2_000);
    });
  });

  describe("beside its own feature server, over the same rows", () => {
    let url: string;
    beforeAll(async () => {
      const repository = path.join(timewell.folder, "repository");
      const filled = await feast.run({ do: "fill", folder: repository, views: feastViews(atS) });
      expect(filled.message).toBeUndefined();
      url = await feast.serve(repository);
    });

    const drivers = { driver_id: [1001n, longDriver, 1003n, 1004n, 9999n] };
    const routes = { pickup: ["JFK", "JFK", "LGA", "LGA"], dropoff: ["LGA", "EWR", "JFK", "LGA"] };
    const features = [
      "trips",
      "level",
      "rating",
      "share",
      "active",
      "note",
      "photo",
      "seen",
      "counts",
      "scores",
    ];
    const lists = ["tags", "days", "flags", "embedding"];
    const requests = [
      {
        what: "every type",
        entities: drivers,
        features: [...features, ...lists].map((name) => `driver_stats:${name}`),
      },
      { what: "full names", entities: drivers, features: ["driver_stats:rating"], full_feature_names: true },
      { what: "a ttl", entities: { driver_id: [1001n, 1002n] }, features: ["driver_live:trips"] },
      { what: "a composite key", entities: routes, features: ["route_live:minutes", "route_live:waiting"] },
      {
        what: "two views",
        entities: { ...routes, driver_id: [1001n, 1003n, 9999n, 1001n] },
        features: ["route_live:waiting", "driver_live:trips"],
      },
    ];

    test.for(requests)(
      "REST answers the same values, statuses and times for $what",
      async ({ what: _, ...request }) => {
        const [ours, theirs] = await Promise.all([post(timewell.urls.http, request), post(url, request)]);
        expect(inTimewellsTerms(theirs, ours)).toEqual(ours);
      },
    );

    test("Timewell withholds what is older than the ttl, and Feast's server does not", async () => {
      const request = { entities: { driver_id: [1002n] }, features: ["driver_live:trips"] };
      const [ours, theirs] = await Promise.all([post(timewell.urls.http, request), post(url, request)]);
      expect(ours["trips"]).toMatchObject({ values: [null], statuses: ["OUTSIDE_MAX_AGE"] });
      expect(theirs["trips"]).toMatchObject({ values: ["number 6"], statuses: ["PRESENT"] });
    });

    test.for(requests)(
      "its stub for gRPC reads the same from Timewell for $what",
      async ({ what: _, ...request }) => {
        const entities = Object.fromEntries(
          Object.entries(request.entities).map(([name, values]) => [
            name,
            {
              val: values.map((value: bigint | string) =>
                typeof value === "bigint" ? { int64Val: String(value) } : { stringVal: value },
              ),
            },
          ]),
        );
        const { answer, message } = await feast.run({
          do: "call",
          address: new URL(timewell.urls.serving).host,
          request: {
            features: { val: request.features },
            entities,
            fullFeatureNames: "full_feature_names" in request,
          },
        });
        expect(message).toBeUndefined();
        const theirs = await post(url, request);
        const ours = columnsOf(answer as string);
        expect(inTimewellsTerms(theirs, ours)).toEqual(ours);
      },
    );
  });

  test("its stub for gRPC gets the server's information and a status for what is wrong", async () => {
    const address = new URL(timewell.urls.serving).host;
    expect(await feast.run({ do: "info", address })).toEqual({ answer: "timewell" });
    const request = { featureService: "driver_v9", entities: {} };
    expect(await feast.run({ do: "call", address, request })).toMatchObject({
      error: "NOT_FOUND",
      message: expect.stringContaining(`feature service driver_v9 in project ${project}`) as string,
    });
  });
});

async function post(url: string, body: unknown): Promise<Columns> {
  const answer = await fetch(`${url}/get-online-features`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: jsonOf(body),
  });
  expect(answer.status).toBe(200);
  return columnsOf(await answer.text());
}
