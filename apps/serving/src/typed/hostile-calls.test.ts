import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { ServiceError } from "@grpc/grpc-js";
import { compileProject, serviceDescriptor } from "@timewell/model";
import { systemClock } from "@timewell/ttl";
import { connect } from "node:http2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { memoryStore } from "./describe-typed-get.testdata.ts";
import { StallingStore } from "./stalling-store.testdata.ts";
import { startTypedServing, type TypedServing } from "./start-typed-serving.testdata.ts";
import { callBytes } from "./typed-client.testdata.ts";
import { airports, applied } from "./typed-definitions.testdata.ts";

const path = "/timewell.features.flights.Delay/Get";
const snapshot = applied(undefined, airports);
const service = compileProject(snapshot).services.get("delay")!;
const { input } = serviceDescriptor("flights", service).method.get!;
const clock = systemClock();

const requestOf = (rows: object[]) => toBinary(input, create(input, { rows } as never));
const good = requestOf([{ airport: "ZRH" }]);
/** A request with one row of these bytes. */
const rowOf = (bytes: Uint8Array) =>
  new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(bytes).finish();
const text = (bytes: number[]) =>
  rowOf(new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(Uint8Array.from(bytes)).finish());

const codes = { cancelled: 1, invalidArgument: 3, deadlineExceeded: 4, resourceExhausted: 8, internal: 13 };

/** Sends a frame as it is; answers the gRPC status and message. */
async function sendFrame(url: string, frame: Buffer, headers: Record<string, string> = {}, open = false) {
  const session = connect(url);
  session.on("error", () => undefined);
  try {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    const seen: Record<string, unknown> = {};
    const ended = new Promise<void>((resolve, reject) => {
      stream.on("response", (received) => Object.assign(seen, received));
      stream.on("trailers", (received) => Object.assign(seen, received));
      stream.on("error", reject);
      stream.on("end", () => resolve());
      stream.resume();
    });
    stream.write(frame);
    if (!open) stream.end();
    await ended;
    return { code: Number(seen["grpc-status"]), message: decodeURIComponent(String(seen["grpc-message"])) };
  } finally {
    session.destroy();
  }
}

function frameOf(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

describe("a typed service and hostile callers", () => {
  let serving: TypedServing;
  let store: StallingStore;
  beforeAll(async () => {
    store = new StallingStore(memoryStore());
    serving = await startTypedServing(store.asOnlineStore);
    serving.say(snapshot);
    await serving.definitions.waitForVersion("flights", 1n);
  });
  afterAll(async () => {
    expect(await callBytes(serving.client, path, good)).toBeInstanceOf(Buffer);
    await serving.stop();
  });

  /** The error that a call ends with; nothing was read for it, and nothing of the server's inside is in it. */
  async function refused(request: Uint8Array): Promise<ServiceError> {
    const before = store.reads;
    const error = await callBytes(serving.client, path, request).then(
      () => expect.unreachable(),
      (reason: unknown) => reason as ServiceError,
    );
    expect(error.details).not.toMatch(/\bat .*\.(ts|js):\d+|node_modules|TypeError|RangeError/);
    expect(store.reads).toBe(before);
    return error;
  }

  const noRequest = "Cannot decode the request: its bytes are no timewell.features.flights.delay.GetRequest";
  it.each<[string, Uint8Array]>([
    ["a truncated length", Buffer.from([0x0a])],
    ["a row that ends after the request", Buffer.from([0x0a, 0x05, 0x0a])],
    ["a length of 2^63", Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ["a varint without an end", Buffer.alloc(20, 0xff)],
    ["field number 0", Buffer.from([0x02, 0x00])],
    ["a group", Buffer.from([0x0b, 0x0c])],
    ["an end of a group that never began", Buffer.from([0x0c])],
    ["wire type 7", Buffer.from([0x0f])],
    ["rows that are a number", Buffer.from([0x08, 0x01])],
    ["options that are a number", Buffer.concat([good, Buffer.from([0x10, 0x01])])],
    ["options that cannot be decoded", Buffer.concat([good, Buffer.from([0x12, 0x02, 0x08, 0xff])])],
    ["a key that ends after its row", rowOf(Uint8Array.of(0x0a, 0x05, 0x61))],
    ["random bytes", Buffer.from("0f3c9a77e1d2b4c6a8", "hex")],
  ])("%s: INVALID_ARGUMENT", async (_, bytes) => {
    const error = await refused(bytes);
    expect(error.code).toBe(codes.invalidArgument);
    expect(error.details).toContain(noRequest);
  });

  it.each<[string, Uint8Array, string]>([
    ["no rows", new Uint8Array(), "Cannot read features for 0 rows: a request takes 1 to 10000"],
    [
      "100,000 rows",
      requestOf(Array.from({ length: 100_000 }, () => ({ airport: "Z" }))),
      "Cannot read features for 100000 rows: a request takes 1 to 10000",
    ],
    [
      "a row without its key",
      requestOf([{ airport: "ZRH" }, {}]),
      "Cannot use key rows[1].airport: it is missing",
    ],
    [
      "a key of another type",
      Buffer.concat([good, rowOf(Uint8Array.of(0x08, 0x05))]),
      "Cannot use key rows[1].airport: it is not written as STRING",
    ],
    [
      "a key that is not UTF-8",
      text([0xc3, 0x28]),
      "its text is not UTF-8 (rows[0].airport). Send well-formed Unicode text.",
    ],
    ["a key over 1,024 bytes", requestOf([{ airport: "x".repeat(1_100) }]), "at most 1024 are allowed"],
    [
      "a max_age of 0",
      toBinary(input, create(input, { rows: [{ airport: "Z" }], options: { maxAgeMs: 0n } } as never)),
      "Cannot use max_age_ms 0",
    ],
  ])(
    "%s: INVALID_ARGUMENT, the message says what is wrong, and nothing is read (semantics 8)",
    async (_, bytes, message) => {
      const error = await refused(bytes);
      expect(error.code).toBe(codes.invalidArgument);
      expect(error.details).toContain(message);
    },
  );

  it.each<[string, Buffer, Record<string, string>, number]>([
    ["a body that is not gzip", frameOf(Buffer.alloc(15, 7), 1), { "grpc-encoding": "gzip" }, codes.internal],
    ["a length prefix of 4 GiB", frameOf(Buffer.alloc(16), 0, 0xffff_ffff), {}, codes.resourceExhausted],
    ["a request of 5 MiB", frameOf(Buffer.alloc(5 * 2 ** 20)), {}, codes.resourceExhausted],
    [
      "a deadline that has passed",
      frameOf(Buffer.from(good)),
      { "grpc-timeout": "0n" },
      codes.deadlineExceeded,
    ],
  ])("%s: a clean status, and nothing is read", async (_, frame, headers, code) => {
    const before = store.reads;
    const open = frame.readUInt32BE(1) === 0xffff_ffff;
    const answer = await sendFrame(serving.url, frame, headers, open);
    expect(answer.code).toBe(code);
    expect(answer.message).not.toMatch(/\bat .*\.(ts|js):\d+/);
    expect(store.reads).toBe(before);
  });

  it("a call that is cancelled ends at once, and what the store answers later is dropped", async () => {
    store.hold();
    const before = store.reads;
    let cancel = () => {};
    const underWay = callBytes(serving.client, path, good, {}, (call) => (cancel = () => call.cancel()));
    const outcome = underWay.catch((error: unknown) => error);
    while (store.reads === before) await clock.sleep(5);
    cancel();
    expect(await outcome).toMatchObject({ code: codes.cancelled });
    store.release();
    expect(await callBytes(serving.client, path, good)).toBeInstanceOf(Buffer);
  });
});
