import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { GetServingInfoRequestSchema, GetServingInfoResponseSchema } from "@timewell/contracts";
import { systemClock } from "@timewell/ttl";
import { connect } from "node:http2";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frame, rawCall } from "../listen/raw-call.testdata.ts";
import { startTestService, type TestService } from "../process/test-service.testdata.ts";

const path = "/timewell.serving.v1.OnlineServing/GetServingInfo";
const request = toBinary(
  GetServingInfoRequestSchema,
  create(GetServingInfoRequestSchema, { project: "x".repeat(20_000) }),
);
const codes = { deadlineExceeded: 4, resourceExhausted: 8, unimplemented: 12, internal: 13 };

describe("a unary call that is answered on its stream", () => {
  let service: TestService;
  let contexts: HandlerContext[] = [];
  let hold: Promise<void> | undefined;
  beforeAll(async () => {
    const getServingInfo = async ({ project }: { project: string }, context: HandlerContext) => {
      contexts.push(context);
      await hold;
      return { engine: String(project.length) };
    };
    service = await startTestService({
      stack: "grpc-js",
      methods: { getServingInfo } as never,
      limits: { messageBytesMax: 30_000 },
    });
  });
  afterAll(() => service.drain());

  const engineOf = (body: Buffer) => fromBinary(GetServingInfoResponseSchema, body.subarray(5)).engine;

  it("takes its request in pieces of any size", async () => {
    const session = connect(service.url);
    const bytes = frame(request);
    for (const pieceBytes of [1, 4, 5, 6, 4_099, 19_999, bytes.length]) {
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
        te: "trailers",
      });
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      const status = new Promise((resolve) =>
        stream.on("trailers", (trailers) => resolve(trailers["grpc-status"])),
      );
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        stream.write(bytes.subarray(at, at + pieceBytes));
        if (at < 20) await systemClock().sleep(1);
      }
      stream.end();
      expect(await status).toBe("0");
      expect(engineOf(Buffer.concat(chunks))).toBe("20000");
    }
    session.close();
  });

  it.each<[string, Buffer, Record<string, string>]>([
    ["no compression by name", frame(request), { "grpc-encoding": "identity" }],
    ["gzip", frame(gzipSync(request), 1), { "grpc-encoding": "gzip" }],
    ["gzip that this message does without", frame(request), { "grpc-encoding": "gzip" }],
    ["a deadline in each unit", frame(request), { "grpc-timeout": "99999999u" }],
  ])("is answered with %s", async (_, body, headers) => {
    const answer = await rawCall(service.url, path, body, { headers });
    expect(answer).toMatchObject({ httpStatus: 200, grpcStatus: 0 });
    expect(engineOf(answer.body)).toBe("20000");
  });

  it.each<[string, Buffer, Record<string, string>, number, string]>([
    ["no message", Buffer.alloc(0), {}, codes.unimplemented, "no request message"],
    ["half a head", Buffer.alloc(3), {}, codes.unimplemented, "no request message"],
    ["half a message", frame(request).subarray(0, 10_000), {}, codes.unimplemented, "no request message"],
    [
      "two messages",
      Buffer.concat([frame(request), frame(request)]),
      {},
      codes.unimplemented,
      "second request message",
    ],
    [
      "a compressed message of no encoding",
      frame(request, 1),
      {},
      codes.internal,
      "compressed message without grpc-encoding",
    ],
    [
      "a message over the limit",
      frame(Buffer.alloc(30_001)),
      {},
      codes.resourceExhausted,
      "larger than max (30001 vs 30000)",
    ],
    [
      "a length of 4 GiB",
      frame(request, 0, 0xffff_ffff),
      {},
      codes.resourceExhausted,
      "larger than max (4294967295 vs 30000)",
    ],
    ["an unknown encoding", frame(request, 1), { "grpc-encoding": "br" }, codes.unimplemented, "br"],
    ["a timeout that is none", frame(request), { "grpc-timeout": "soon" }, codes.internal, "grpc-timeout"],
  ])("ends with a status for %s, and is not handled", async (_, body, headers, code, message) => {
    contexts = [];
    const answer = await rawCall(service.url, path, body, { headers });
    expect(answer.grpcStatus).toBe(code);
    expect(answer.grpcMessage).toContain(message);
    expect(contexts).toEqual([]);
  });

  it("is refused as soon as its length says that it is too long, and counted", async () => {
    const { grpcStatus } = await rawCall(service.url, path, frame(request, 0, 2 ** 31), { open: true });
    expect(grpcStatus).toBe(codes.resourceExhausted);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/timewell_requests_total{.*GetServingInfo",code="RESOURCE_EXHAUSTED"} \d/);
  });

  it("ends at its deadline also where its request does not come, or its handler does not end", async () => {
    const headers = { "grpc-timeout": "50m" };
    const part = await rawCall(service.url, path, frame(request).subarray(0, 9), { headers, open: true });
    expect(part).toMatchObject({ grpcStatus: codes.deadlineExceeded });
    const held = Promise.withResolvers<void>();
    hold = held.promise;
    const late = await rawCall(service.url, path, frame(request), { headers });
    expect(late).toMatchObject({
      grpcStatus: codes.deadlineExceeded,
      grpcMessage: expect.stringContaining("before its deadline. Send a longer deadline") as string,
    });
    hold = undefined;
    held.resolve();
    expect(await rawCall(service.url, path, frame(request), { headers: {} })).toMatchObject({
      grpcStatus: 0,
    });
  });

  it("shows its handler headers and deadline, and aborts its signal when the caller goes away", async () => {
    const held = Promise.withResolvers<void>();
    hold = held.promise;
    contexts = [];
    const session = connect(service.url);
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      "grpc-timeout": "1M",
      "x-team": "blue",
    });
    stream.on("error", () => undefined);
    stream.end(frame(request));
    while (contexts.length === 0) await systemClock().sleep(5);
    const [context] = contexts;
    expect(context!.requestHeader.get("x-team")).toBe("blue");
    expect(context!.requestHeader.get("grpc-timeout")).toBeNull();
    expect(context!.timeoutMs()).toBeGreaterThan(50_000);
    const aborted = new Promise((resolve) => context!.signal.addEventListener("abort", resolve));
    stream.destroy();
    await aborted;
    expect(context!.signal.reason).toMatchObject({ kind: "CANCELLED" });
    hold = undefined;
    held.resolve();
    session.close();
  });

  it("is not one where the request is not gRPC", async () => {
    const headers = { "content-type": "text/plain" };
    expect(await rawCall(service.url, path, frame(request), { headers })).toMatchObject({ httpStatus: 415 });
  });
});
