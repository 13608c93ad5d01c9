import { create, fromBinary, type MessageInitShape, toBinary, toJson } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { Ingestion, type PushRowSchema, Wait } from "@timewell/contracts";
import { pushDescriptor } from "@timewell/model";
import type { LogRow } from "@timewell/store-ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startUs } from "../../ingestion-world.testdata.ts";
import { type StartedIngestion, startIngestion } from "../start-ingestion.testdata.ts";

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes);
const asIs = (bytes: Buffer) => bytes;

/** A row, as JSON of the typed message. */
const row = (airport: string, features: object = {}, rest: object = {}) => ({
  keys: { airport },
  features,
  eventTimeUs: startUs,
  ...rest,
});

describe("typed pushes", () => {
  let ingestion: StartedIngestion;
  let client: Client;
  beforeEach(async () => {
    ingestion = await startIngestion();
    client = new Client(`127.0.0.1:${ingestion.port}`, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    await ingestion.stop();
  });
  const serviceOf = (view: string) => pushDescriptor(ingestion.world.view(view));

  async function send(view: string, request: object): Promise<unknown> {
    const { input, output, parent } = serviceOf(view).method["push"]!;
    const bytes = toBinary(input, create(input, request as never));
    return toJson(output, fromBinary(output, await sendBytes(`/${parent.typeName}/Push`, bytes)));
  }
  const sendBytes = (path: string, bytes: Uint8Array) =>
    new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(path, asBuffer, asIs, bytes, new Metadata(), (error, answer) =>
        error === null ? resolve(answer!) : reject(error),
      );
    });

  async function logRows(): Promise<LogRow[]> {
    const { ingestLog } = ingestion.world.deps;
    const parts = await Promise.all(Array.from({ length: 64 }, (_, p) => ingestLog.read(p, 0n, 1_000)));
    return parts.flat();
  }

  it("lists every version of every view in reflection, and takes what a push by name takes, to the same bytes", async () => {
    const typed = await send("airport_hourly", {
      rows: [
        row("SEA", { departures: 5n, meanDelay: -0 }),
        row("SFO"),
        row("ZRH", { meanDelay: NaN }),
        { keys: { airport: "ZRH" }, operation: 2 },
      ],
    });
    expect(typed).toMatchObject({
      results: [0, 1, 2, 3].map(() => ({ position: expect.anything() as unknown })),
    });
    const typedRows = await logRows();
    const named = createClient(Ingestion, createGrpcTransport({ baseUrl: ingestion.url }));
    const value = (kind: string, value: unknown) => ({ kind: { case: kind, value } });
    const key = (airport: string) => ({ airport: value("stringValue", airport) });
    const rows = [
      {
        keys: key("SEA"),
        features: { departures: value("int64Value", 5n), mean_delay: value("doubleValue", -0) },
        eventTimeUs: startUs,
      },
      { keys: key("SFO"), eventTimeUs: startUs },
      { keys: key("ZRH"), features: { mean_delay: value("doubleValue", NaN) }, eventTimeUs: startUs },
      { keys: key("ZRH"), operation: 2 },
    ] as MessageInitShape<typeof PushRowSchema>[];
    await named.push({ project: "default", featureView: "airport_hourly", rows });
    const all = await logRows();
    expect(all).toHaveLength(8);
    const content = ({ entityKey, payload, eventTimeUs, deleted, viewId }: LogRow) =>
      [
        viewId,
        Buffer.from(entityKey).toString("hex"),
        Buffer.from(payload).toString("hex"),
        eventTimeUs,
        deleted,
      ].join();
    const counts = new Map<string, number>();
    for (const each of all) counts.set(content(each), (counts.get(content(each)) ?? 0) + 1);
    expect([...counts.values()]).toEqual([2, 2, 2, 2]);
    expect(typedRows.map(content)).toHaveLength(4);
    expect(ingestion.descriptors.serviceNames()).toContain(serviceOf("airport_hourly").typeName);
  });

  it("answers wrong rows one by one, with the errors of pushes by name", async () => {
    const answer = (await send("airport_hourly", {
      rows: [
        row("SEA"),
        { features: {}, eventTimeUs: startUs },
        { keys: { airport: "SFO" } },
        row("SFO", {}, { eventTimeUs: startUs + 301_000_000n }),
        row("SFO", { departures: 1n }, { operation: 2 }),
        row("x".repeat(2_000)),
        row("SFO"),
      ],
    })) as { results: { error?: { kind: string; message: string } }[] };
    expect(answer.results.map(({ error }) => error?.kind)).toEqual([
      undefined,
      "INVALID_KEY",
      "INVALID_EVENT_TIME",
      "INVALID_EVENT_TIME",
      "INVALID_VALUE",
      "INVALID_KEY",
      undefined,
    ]);
    expect(answer.results[1]!.error!.message).toContain("key airport is missing");
    expect(await logRows()).toHaveLength(2);
  });

  it("writes features that are not canonical anew, and refuses those that the view does not have", async () => {
    const { typeName } = serviceOf("airport_hourly");
    const featuresOf = async (hex: string) => {
      const bytes = Buffer.from(hex, "hex");
      const keys = Buffer.from("0a050a03534541", "hex");
      const time = Buffer.alloc(9, 0x19);
      time.writeBigInt64LE(startUs, 1);
      const body = Buffer.concat([keys, Buffer.of(0x12, bytes.length), bytes, time]);
      return sendBytes(`/${typeName}/Push`, Buffer.concat([Buffer.of(0x0a, body.length), body]));
    };
    const { features } = ingestion.world.view("airport_hourly").input;
    const [departures, meanDelay] = features.map(({ number }) => number);
    const tag = (number: number, wire: number) => (number * 8 + wire).toString(16).padStart(2, "0");
    // The later feature first, a NaN with a sign, and a varint that is longer than needed.
    await featuresOf(`${tag(meanDelay!, 1)}000000000000f8ff${tag(departures!, 0)}8500`);
    const [stored] = await logRows();
    const codec = ingestion.world.view("airport_hourly").input.codec;
    expect(Buffer.from(stored!.payload)).toEqual(Buffer.from(codec.encode([5n, NaN])));
    expect(Buffer.from(await featuresOf("f80601")).toString()).toContain("FEATURE_NOT_FOUND");
    await expect(featuresOf(`${tag(meanDelay!, 1)}00`)).resolves.toSatisfy((answer: Buffer) =>
      answer.toString().includes("INVALID_VALUE"),
    );
    expect(await logRows()).toHaveLength(1);
  });

  it("a row that breaks a constraint goes to quarantine as a push by name", async () => {
    const answer = await send("watched", { rows: [row("SEA", { delay: -100 }), row("SEA", { delay: 1 })] });
    expect(answer).toMatchObject({
      results: [{ error: { kind: "CONSTRAINT_VIOLATED" } }, { position: expect.anything() as unknown }],
    });
    expect(await logRows()).toHaveLength(1);
  });

  it("the same request id again has one effect and the same answer; other rows under it are refused (semantics 13)", async () => {
    const request = { rows: [row("SEA", { departures: 1n }), row("SFO")], requestId: "r1" };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => send("airport_hourly", request)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await logRows()).toHaveLength(2);
    await expect(send("airport_hourly", { ...request, rows: [row("SEA")] })).rejects.toMatchObject({
      details: expect.stringContaining("r1") as string,
    });
  });

  it("waits until rows can be read where the push asks for it", async () => {
    const { world } = ingestion;
    const waiting = send("airport_hourly", { rows: [row("SEA", { departures: 9n })], wait: Wait.ONLINE });
    ingestion.server.start();
    await world.until(async () => (await world.read("airport_hourly", "SEA")) !== undefined);
    await waiting;
    expect((await world.read("airport_hourly", "SEA"))!.values[0]).toBe(9n);
  });

  it.each(["", "0a", "0a05", "ff", "0a0312ff01", "0a02190a"])(
    "bytes %s are refused as a whole, and nothing is stored",
    async (hex) => {
      const { typeName } = serviceOf("airport_hourly");
      await expect(sendBytes(`/${typeName}/Push`, Buffer.from(hex, "hex"))).rejects.toMatchObject({
        code: 3,
      });
      expect(await logRows()).toHaveLength(0);
    },
  );

  it("streams: every push is answered under its sequence, refused ones with their error", async () => {
    const { input, output, parent } = serviceOf("airport_hourly").method["pushStream"]!;
    const call = client.makeBidiStreamRequest<Uint8Array, Buffer>(
      `/${parent.typeName}/PushStream`,
      asBuffer,
      asIs,
    );
    for (let sequence = 0; sequence < 30; sequence++) {
      const push = sequence === 7 ? {} : { rows: [row(`A${sequence}`, { departures: 1n })] };
      call.write(toBinary(input, create(input, { sequence: BigInt(sequence), push } as never)));
    }
    call.end();
    const outcomes = new Map<string, string>();
    for await (const bytes of call) {
      const answer = toJson(output, fromBinary(output, bytes as Buffer)) as Record<string, unknown>;
      outcomes.set(
        String(answer["sequence"]),
        "response" in answer ? "response" : (answer["error"] as { kind: string }).kind,
      );
    }
    expect(outcomes.size).toBe(30);
    expect(outcomes.get("7")).toBe("INVALID_REQUEST");
    expect([...outcomes.values()].filter((each) => each === "response")).toHaveLength(29);
    expect(await logRows()).toHaveLength(29);
  });
});
