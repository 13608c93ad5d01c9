import { create, createFileRegistry, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { StreamFormat, TimeUnit, ValueType } from "@timewell/contracts";
import { describe, expect, test } from "vitest";

import { compileRecordDecoder } from "./decode-record.ts";
import type { StreamRecord } from "./stream-record.ts";
import { departureDescriptors, jsonRecord, streamView } from "./stream-view.testdata.ts";

const at = "2026-01-01T00:00:00.000001Z";
const atUs = 1_767_225_600_000_001n;

function decode(record: StreamRecord, stream: Parameters<typeof streamView>[0] = {}, parts: object = {}) {
  return compileRecordDecoder(streamView(stream, parts)).decode(record);
}

function failureOf(call: () => unknown): { kind: string; message: string } {
  try {
    call();
  } catch (error) {
    return error as { kind: string; message: string };
  }
  throw new Error("expected a failure");
}

const typed = (name: string, type: ValueType, dimension = 0) => ({
  features: [{ name, type, dimension }],
});

describe("a JSON record", () => {
  test("is decoded by names, with NULL for what is missing and nothing for what is unknown", () => {
    const row = decode(jsonRecord({ airport: "OSL", at, seats: null, gate: 5 }));
    expect(row).toEqual({ keys: ["OSL"], values: [null, null], eventTimeUs: atUs, deleted: false });
  });

  test("is decoded by dotted paths, without what every JavaScript object has", () => {
    const fieldMapping = { airport: "from.code", delay: "delay.minutes", seats: "constructor" };
    const record = jsonRecord({ from: { code: "OSL" }, delay: { minutes: 2.5 }, at });
    expect(decode(record, { fieldMapping }).values).toEqual([2.5, null]);
    expect(decode(jsonRecord({ from: { code: "OSL" }, at }), { fieldMapping }).values).toEqual([null, null]);
  });

  test.each<[string, ValueType, unknown, unknown]>([
    ["a 64-bit integer as text", ValueType.INT64, "9223372036854775807", 2n ** 63n - 1n],
    ["a 64-bit integer as a number", ValueType.INT64, 5, 5n],
    ["a time as text", ValueType.TIMESTAMP, at, atUs],
    ["a time in µs", ValueType.TIMESTAMP, 5, 5n],
    ["bytes in base64", ValueType.BYTES, "AQI=", Buffer.from([1, 2])],
    ["bytes in base64url", ValueType.BYTES, "_-8", Buffer.from([255, 239])],
    ["an infinite number", ValueType.DOUBLE, "-Infinity", Number.NEGATIVE_INFINITY],
    ["a whole number for DOUBLE", ValueType.DOUBLE, 3, 3],
    ["a list", ValueType.INT64_LIST, [1, "2"], [1n, 2n]],
    ["a list of text first", ValueType.INT64_LIST, ["1", 2], [1n, 2n]],
    ["a list of times", ValueType.TIMESTAMP_LIST, [at], [atUs]],
  ])("holds %s", (_, type, value, expected) => {
    expect(decode(jsonRecord({ airport: "OSL", at, x: value }), {}, typed("x", type)).values).toEqual([
      expected,
    ]);
  });

  test.each<[string, unknown, string, string]>([
    ["is no JSON", Buffer.from("{"), "INVALID_VALUE", "Cannot read the record: the value is no JSON"],
    ["is no UTF-8", Buffer.from([0x22, 0xff, 0x22]), "INVALID_VALUE", "the value is no UTF-8"],
    ["is a list", [], "INVALID_VALUE", "the value is a list, expected a JSON object"],
    ["is NULL", null, "INVALID_VALUE", "the value is NULL, expected a JSON object"],
    ["has no key", { at }, "INVALID_KEY", "Cannot read key airport: the record does not have it"],
    ["has a number for text", { airport: 5, at }, "INVALID_KEY", "Cannot encode key airport: got 5"],
    [
      "has text for a number",
      { airport: "OSL", at, delay: "much" },
      "INVALID_VALUE",
      "delay (delay.minutes): on the way",
    ],
    [
      "has a wrong value",
      { airport: "OSL", at, delay: { minutes: "much" } },
      "INVALID_VALUE",
      'feature delay (delay.minutes): got "much", expected a number',
    ],
    ["has no event time", { airport: "OSL" }, "INVALID_EVENT_TIME", "Cannot read event time at: got NULL"],
    [
      "has an odd event time",
      { airport: "OSL", at: "soon" },
      "INVALID_EVENT_TIME",
      'Cannot read event time at: got "soon"',
    ],
  ])("that %s is refused, naming path and value", (_, value, kind, text) => {
    const record = Buffer.isBuffer(value) ? jsonRecord({}, { value }) : jsonRecord(value);
    const failure = failureOf(() => decode(record, { fieldMapping: { delay: "delay.minutes" } }));
    expect({ kind: failure.kind, shown: failure.message }).toEqual({
      kind,
      shown: expect.stringContaining(text.replace("delay (delay.minutes): on", "Cannot read the record: on")),
    });
  });

  test.each<[TimeUnit, unknown, bigint]>([
    [TimeUnit.UNSPECIFIED, 1_000_001, 1_000_001n],
    [TimeUnit.MILLISECONDS, 1_000.5, 1_000_500n],
    [TimeUnit.MILLISECONDS, "1000", 1_000_000n],
    [TimeUnit.SECONDS, 1.000001, 1_000_001n],
    [TimeUnit.SECONDS, at, atUs],
  ])("counts its event time in unit %i", (eventTimeUnit, time, expected) => {
    expect(decode(jsonRecord({ airport: "OSL", at: time }), { eventTimeUnit }).eventTimeUs).toBe(expected);
  });

  test("happens at the time of the record where no field is named", () => {
    expect(decode(jsonRecord({ airport: "OSL" }), { eventTimeField: "" }).eventTimeUs).toBe(5_000_000n);
  });
});

describe("a record that deletes", () => {
  test("says so in a field", () => {
    const row = decode(jsonRecord({ airport: "OSL", at, gone: true, delay: "?" }), { deleteField: "gone" });
    expect(row).toEqual({ keys: ["OSL"], values: [], eventTimeUs: atUs, deleted: true });
    expect(decode(jsonRecord({ airport: "OSL", at }), { deleteField: "gone" }).deleted).toBe(false);
    const odd = failureOf(() => decode(jsonRecord({ airport: "OSL", at, gone: 1 }), { deleteField: "gone" }));
    expect(odd.message).toContain("Cannot read gone: got 1, expected true or false");
  });

  test("is empty and has the keys as JSON in its key", () => {
    const key = Buffer.from('{"airport":"OSL"}');
    const row = decode(jsonRecord(null, { value: null, key }), { fieldMapping: { airport: "from.code" } });
    expect(row).toEqual({ keys: ["OSL"], values: [], eventTimeUs: 5_000_000n, deleted: true });
    const keyless = failureOf(() => decode(jsonRecord(null, { value: null })));
    expect(keyless.message).toContain("Cannot stream to departures: it has no value and no key");
    const told = failureOf(() => decode(jsonRecord(null, { value: null, key }), { deleteField: "gone" }));
    expect(told.message).toContain("Cannot stream to departures: it has no value");
  });
});

describe("a Protobuf record", () => {
  const message = createFileRegistry(fromBinary(FileDescriptorSetSchema, departureDescriptors)).getMessage(
    "flights.Departure",
  )!;
  const stream = {
    format: StreamFormat.PROTOBUF,
    messageName: "flights.Departure",
    descriptorSet: departureDescriptors,
    fieldMapping: { airport: "from.code" },
  };
  const record = (init: MessageInitShape<typeof message>) =>
    jsonRecord({}, { value: Buffer.from(toBinary(message, create(message, init))) });
  const time = { seconds: 1_767_225_600n, nanos: 1_999 };
  const from = { code: "OSL" };

  test("is decoded by paths, with NULL for what has presence and is not there", () => {
    expect(decode(record({ from, at: time }), stream)).toEqual({
      keys: ["OSL"],
      values: [0, null],
      eventTimeUs: atUs,
      deleted: false,
    });
    expect(decode(record({ from, at: time, delay: 2.5, seats: 5n }), stream).values).toEqual([2.5, 5n]);
  });

  test.each<[string, ValueType, object, unknown]>([
    ["sky", ValueType.STRING, { sky: 1 }, "FOG"],
    ["stops", ValueType.STRING_LIST, { stops: ["BGO"] }, ["BGO"]],
    ["weather", ValueType.STRING, { cause: { case: "weather", value: "fog" } }, "fog"],
    ["weather", ValueType.STRING, { cause: { case: "crew", value: 2 } }, null],
    ["gate", ValueType.INT32, {}, null],
    ["gate", ValueType.INT32, { gate: 0 }, 0],
    ["tag", ValueType.BYTES, { tag: Uint8Array.of(1) }, Buffer.from([1])],
    ["seen", ValueType.TIMESTAMP_LIST, { seen: [time] }, [atUs]],
    ["unknown", ValueType.STRING, {}, null],
  ])("holds %s", (name, type, init, expected) => {
    expect(decode(record({ from, at: time, ...init }), stream, typed(name, type)).values).toEqual([expected]);
  });

  test("counts an event time that is a number in its unit", () => {
    const row = decode(record({ from, atMs: 1_000n }), {
      ...stream,
      eventTimeField: "at_ms",
      eventTimeUnit: TimeUnit.MILLISECONDS,
    });
    expect(row.eventTimeUs).toBe(1_000_000n);
  });

  test("that is damaged or of the wrong type is refused", () => {
    const damaged = failureOf(() => decode(jsonRecord({}, { value: Buffer.from([0x0a, 0xff]) }), stream));
    expect(damaged.message).toContain("Cannot read the record: its 2 bytes are no flights.Departure");
    const wrong = failureOf(() =>
      decode(record({ from, at: time, delay: 1 }), stream, typed("delay", ValueType.INT64_LIST)),
    );
    expect(wrong.message).toContain("Cannot store feature delay: got 1, expected a list of INT64");
  });
});

test("the keys of a record that cannot be decoded are found where they can be read", () => {
  const decoder = compileRecordDecoder(streamView());
  expect(decoder.keysOf(jsonRecord({ airport: "OSL", delay: "?" }))).toEqual(["OSL"]);
  expect(decoder.keysOf(jsonRecord([]))).toBeUndefined();
});
