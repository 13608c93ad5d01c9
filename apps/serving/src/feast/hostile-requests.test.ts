import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { ServiceError } from "@grpc/grpc-js";
import { feastServing } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { OnlineStore } from "@timewell/store-ports";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { memoryStore } from "../typed/describe-typed-get.testdata.ts";
import { StallingStore } from "../typed/stalling-store.testdata.ts";
import { startTypedServing, type TypedServing } from "../typed/start-typed-serving.testdata.ts";
import { callBytes } from "../typed/typed-client.testdata.ts";
import { airportRow, airports, applied } from "../typed/typed-definitions.testdata.ts";

const { GetOnlineFeaturesRequestSchema, GetOnlineFeaturesResponseSchema } = feastServing;
const path = "/feast.serving.ServingService/GetOnlineFeatures";
const snapshot = applied(undefined, airports);
const features = ["hourly:departures", "hourly:mean_delay"];
const good = { features, entities: { airport: ["ZRH", "GVA"] } };
const insides = /\bat .*\.(ts|js):\d+|node_modules|TypeError|RangeError|SyntaxError/;
const codes = { invalidArgument: 3, notFound: 5, resourceExhausted: 8, unavailable: 14 };

type RequestInit = MessageInitShape<typeof GetOnlineFeaturesRequestSchema>;

/** A request of gRPC for airports. */
function requestOf(init: RequestInit = {}): Uint8Array {
  return toBinary(
    GetOnlineFeaturesRequestSchema,
    create(GetOnlineFeaturesRequestSchema, {
      kind: { case: "features", value: { val: features } },
      entities: { airport: { val: [{ val: { case: "stringVal", value: "ZRH" } }] } },
      ...init,
    }),
  );
}

const textColumn = (...values: string[]) => ({
  val: values.map((value) => ({ val: { case: "stringVal" as const, value } })),
});

/** The body of an error, decoded as often as it was encoded. */
interface Refusal {
  readonly status: number;
  readonly class: string;
  readonly message: string;
}

describe("Feast's contract and hostile callers", () => {
  let serving: TypedServing;
  let store: StallingStore;
  let isLost = false;

  beforeAll(async () => {
    const memory = memoryStore();
    await memory.apply([airportRow(snapshot, "hourly", "ZRH", systemClock().nowUs(), [41n, 7.5])]);
    store = new StallingStore(losable(memory));
    serving = await startTypedServing(store.asOnlineStore);
    serving.say(snapshot);
    await serving.definitions.waitForVersion("flights", 1n);
  });
  afterAll(async () => {
    // Whatever came before, good requests are answered.
    const answer = fromBinary(
      GetOnlineFeaturesResponseSchema,
      await callBytes(serving.client, path, requestOf()),
    );
    expect(answer.results[1]?.values[0]?.val).toEqual({ case: "int64Val", value: 41n });
    const response = await post(JSON.stringify(good));
    expect(await response.json()).toMatchObject({
      results: [{}, { values: [41, null] }, { values: [7.5, null] }],
    });
    await serving.stop();
  });

  function losable(memory: OnlineStore): OnlineStore {
    return new Proxy(memory, {
      get(target, name) {
        if (name === "read" && isLost)
          return () => Promise.reject(new FeatureStoreError("STORE_UNAVAILABLE", "Cannot read: no answer"));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  function post(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${serving.url}/get-online-features`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  }

  async function refused(
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Record<string, string>,
  ): Promise<Refusal> {
    const before = store.reads;
    const response = await post(body, headers);
    const detail = JSON.parse((await response.json()) as string) as Record<string, string>;
    expect(detail["module"]).toBe("feast.errors");
    expect(detail["message"]).toMatch(/^(Cannot|The caller) /);
    expect(detail["message"]).not.toMatch(insides);
    expect(store.reads).toBe(before);
    return { status: response.status, class: detail["class"]!, message: detail["message"]! };
  }

  const json = (change: object) => JSON.stringify({ ...good, ...change });
  it.each<[string, string | Uint8Array<ArrayBuffer>, number, string]>([
    ["no body", "", 400, "it is not JSON"],
    ["a body that is no JSON", '{"features":', 400, "it is not JSON"],
    ["a body that is not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), 400, "it is not UTF-8"],
    ["a list", "[]", 400, "Cannot read body: got a list, expected a JSON object"],
    ["null", "null", 400, "Cannot read body: got NULL"],
    ["an unknown field", json({ full_feature_name: true }), 400, 'Cannot use field "full_feature_name"'],
    [
      "a prototype for a field",
      '{"__proto__":{"features":["hourly:wind"]}}',
      400,
      'Cannot use field "__proto__"',
    ],
    [
      "neither features nor a service",
      json({ features: [] }),
      400,
      "neither feature_service nor features is set",
    ],
    ["both", json({ feature_service: "delay" }), 400, "feature_service and features are both set"],
    ["features that are text", json({ features: "hourly:departures" }), 400, "Cannot read features"],
    [
      "a feature that is a number",
      json({ features: ["hourly:departures", 5] }),
      400,
      "Cannot read features[1]: got 5",
    ],
    ["a reference without a view", json({ features: ["departures"] }), 400, "expected view:feature"],
    ["an unknown view", json({ features: ["hourl:departures"] }), 404, "Did you mean hourly?"],
    ["an unknown feature", json({ features: ["hourly:departure"] }), 404, "Did you mean departures?"],
    ["a feature twice", json({ features: ["hourly:departures", "hourly:departures"] }), 400, "twice"],
    [
      "1,001 features",
      json({ features: Array.from({ length: 1_001 }, (_, i) => `hourly:f_${i}`) }),
      413,
      "at most 1000 are allowed",
    ],
    [
      "an unknown service",
      JSON.stringify({ feature_service: "dela", entities: {} }),
      404,
      "Did you mean delay?",
    ],
    ["a flag that is text", json({ full_feature_names: "yes" }), 400, "Cannot read full_feature_names"],
    ["no entities", json({ entities: {} }), 400, "Cannot use key entities.airport: it is missing"],
    [
      "entities that are a list",
      json({ entities: [{ airport: "ZRH" }] }),
      400,
      "Cannot read entities: got a list",
    ],
    [
      "rows in place of columns",
      json({ entities: { airport: "ZRH" } }),
      400,
      'Cannot read entities.airport: got "ZRH"',
    ],
    ["no rows", json({ entities: { airport: [] } }), 400, "Cannot read features for 0 rows"],
    [
      "an unknown key",
      json({ entities: { airport: ["ZRH"], city: ["Z"] } }),
      404,
      'no entity has a join key "city"',
    ],
    [
      "a NULL key",
      json({ entities: { airport: ["ZRH", null] } }),
      400,
      "Cannot encode key entities.airport[1]: got NULL",
    ],
    [
      "a key of another type",
      json({ entities: { airport: [5] } }),
      400,
      "entities.airport[0]: got 5, expected text",
    ],
    ["a key that is a list", json({ entities: { airport: [["ZRH"]] } }), 400, "got a list, expected text"],
    [
      "a lone surrogate",
      '{"features":["hourly:departures"],"entities":{"airport":["\\ud800"]}}',
      400,
      "surrogates",
    ],
    [
      "a key over 1,024 bytes",
      json({ entities: { airport: ["x".repeat(1_100)] } }),
      400,
      "at most 1024 are allowed",
    ],
    [
      "100,000 rows",
      json({ entities: { airport: Array.from({ length: 100_000 }, () => "Z") } }),
      413,
      "Cannot read features for 100000 rows: a request takes 1 to 10000",
    ],
    ["a request of 5 MiB", " ".repeat(5 * 2 ** 20), 413, "at most 4194304 are allowed"],
    [
      "nesting 500,000 deep",
      `{"entities":${"[".repeat(500_000)}1234567890123456`,
      400,
      "Cannot read the request: it is",
    ],
    ["a number of a million digits", json({}).replace('"ZRH"', "9".repeat(1_000_000)), 400, "expected text"],
    ["a number beyond all bounds", json({}).replace('"ZRH"', "1e999999"), 400, "expected text"],
  ])("over REST, %s: %i", async (_, body, status, says) => {
    const refusal = await refused(body);
    expect(refusal.status).toBe(status);
    expect(refusal.message).toContain(says);
  });

  it("over REST, columns of different lengths are refused", async () => {
    const body = json({ entities: { airport: ["ZRH"], __dummy_id: ["", ""] } });
    expect(await refused(body)).toMatchObject({
      status: 400,
      message: expect.stringContaining("airport has 1 values") as string,
    });
  });

  it("over REST, a compressed body is refused", async () => {
    const refusal = await refused(JSON.stringify(good), { "content-encoding": "gzip" });
    expect(refusal).toMatchObject({ status: 400, class: "FeastError" });
  });

  it("over REST, a path that is not there is 404, and GET is no way to read", async () => {
    expect((await fetch(`${serving.url}/get-online-feature`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${serving.url}/get-online-features`)).status).toBe(404);
    expect((await fetch(`${serving.url}/health`)).status).toBe(200);
  });

  async function refusedCall(request: Uint8Array): Promise<ServiceError> {
    const before = store.reads;
    const error = await callBytes(serving.client, path, request).then(
      () => expect.unreachable(),
      (reason: unknown) => reason as ServiceError,
    );
    expect(error.details).not.toMatch(insides);
    expect(store.reads).toBe(before);
    return error;
  }

  const noRequest = "Cannot decode the request: its bytes are no feast.serving.GetOnlineFeaturesRequest";
  const entry = (...bytes: number[]) =>
    Buffer.concat([requestOf({ entities: {} }), Uint8Array.of(0x1a, bytes.length, ...bytes)]);
  it.each<[string, Uint8Array]>([
    ["a truncated length", Buffer.from([0x0a])],
    ["a length of 2^63", Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ["a varint without an end", Buffer.alloc(20, 0xff)],
    ["field number 0", Buffer.from([0x02, 0x00])],
    ["a group", Buffer.from([0x3b, 0x3c])],
    ["a service that is a number", Buffer.from([0x08, 0x01])],
    ["a flag that is text", Buffer.concat([requestOf(), Buffer.from([0x22, 0x01, 0x61])])],
    ["a service that is not UTF-8", Buffer.from([0x0a, 0x01, 0xff])],
    ["features that are not UTF-8", Buffer.from([0x12, 0x03, 0x0a, 0x01, 0xff])],
    ["an entry that ends after the request", Buffer.from([0x1a, 0x05, 0x0a])],
    ["a column that ends after its entry", entry(0x12, 0x09, 0x0a)],
    ["a column of something else than values", entry(0x0a, 0x01, 0x61, 0x12, 0x02, 0x10, 0x01)],
    [
      "a key that ends after its value",
      entry(0x0a, 0x07, ...Buffer.from("airport"), 0x12, 0x04, 0x0a, 0x02, 0x12, 0x09),
    ],
    ["random bytes", Buffer.from("0f3c9a77e1d2b4c6a8", "hex")],
  ])("over gRPC, %s: INVALID_ARGUMENT", async (_, bytes) => {
    const error = await refusedCall(bytes);
    expect(error.code).toBe(codes.invalidArgument);
    expect(error.details).toContain(noRequest);
  });

  const named = (service: string): RequestInit => ({ kind: { case: "featureService", value: service } });
  it.each<[string, RequestInit, number, string]>([
    [
      "nothing to read",
      { kind: { case: undefined } },
      codes.invalidArgument,
      "neither feature_service nor features",
    ],
    ["an unknown service", named("dela"), codes.notFound, "Did you mean delay?"],
    [
      "an unknown view",
      { kind: { case: "features", value: { val: ["hour:x"] } } },
      codes.notFound,
      "feature view hour",
    ],
    [
      "no entities",
      { entities: {} },
      codes.invalidArgument,
      "Cannot use key entities.airport: it is missing",
    ],
    ["no rows", { entities: { airport: {} } }, codes.invalidArgument, "Cannot read features for 0 rows"],
    [
      "an unknown key",
      { entities: { city: textColumn("Z") } },
      codes.notFound,
      'no entity has a join key "city"',
    ],
    [
      "columns of different lengths",
      { entities: { airport: textColumn("ZRH"), __dummy_id: textColumn("", "") } },
      codes.invalidArgument,
      "Cannot tell the rows of the request",
    ],
    [
      "a key of another type",
      { entities: { airport: { val: [{ val: { case: "int64Val", value: 5n } }] } } },
      codes.invalidArgument,
      "Cannot use key entities.airport[0]: got int64_val, expected string_val",
    ],
    [
      "a NULL key",
      { entities: { airport: { val: [{ val: { case: "stringVal", value: "ZRH" } }, {}] } } },
      codes.invalidArgument,
      "Cannot use key entities.airport[1]: it is NULL",
    ],
    [
      "100,000 rows",
      { entities: { airport: textColumn(...Array.from({ length: 100_000 }, () => "Z")) } },
      codes.invalidArgument,
      "Cannot read features for 100000 rows",
    ],
    [
      "request data",
      { requestContext: { amount: textColumn("1") } },
      codes.invalidArgument,
      "These features need no request data",
    ],
  ])("over gRPC, %s: a status, and the message says what is wrong", async (_, init, code, says) => {
    const error = await refusedCall(requestOf(init));
    expect(error.code).toBe(code);
    expect(error.details).toContain(says);
  });

  it("over gRPC, fields of a later interface are passed over", async () => {
    const later = Buffer.concat([requestOf(), Uint8Array.of(0x3a, 0x01, 0x61, 0x40, 0x07)]);
    expect(await callBytes(serving.client, path, later)).toEqual(
      await callBytes(serving.client, path, requestOf()),
    );
  });

  it("joins a list of features that comes in very many parts once, not with each of them", async () => {
    const big = Buffer.concat([
      Buffer.of(0x12, 0x80, 0x80, 0x40),
      Buffer.alloc(2 ** 20, "\x0a\x00", "latin1"),
    ]);
    const empty = Buffer.alloc(2 * 500_000, Buffer.of(0x12, 0));
    const startMs = performance.now();
    const { code, details } = await refusedCall(Buffer.concat([big, empty]));
    expect(code).toBe(codes.invalidArgument);
    expect(details).toContain("at most 1000 are allowed");
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  it("a store that does not answer fails the call at once in both dialects", async () => {
    isLost = true;
    try {
      const response = await post(JSON.stringify(good));
      expect(response.status).toBe(424);
      expect(await response.json()).toContain("Cannot read: no answer");
      const failed = await callBytes(serving.client, path, requestOf()).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: codes.unavailable });
    } finally {
      isLost = false;
    }
  });
});
