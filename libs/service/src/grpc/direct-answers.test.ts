import { fromBinary, toBinary, create } from "@bufbuild/protobuf";
import { GetServingInfoRequestSchema, GetServingInfoResponseSchema } from "@timewell/contracts";
import { systemClock } from "@timewell/ttl";
import { type ClientHttp2Session, connect } from "node:http2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { frame } from "../listen/raw-call.testdata.ts";
import { startTestService, type TestService } from "../process/test-service.testdata.ts";

/** The answer that a project of this name has: its name, again and again. */
const answerOf = (name: string) => name.repeat(Number(name.split("-")[1]));

describe("long answers, whose memory is used again", () => {
  let service: TestService;
  beforeAll(async () => {
    const clock = systemClock();
    const getServingInfo = async ({ project }: { project: string }) => {
      await clock.sleep(project.length % 3);
      return { engine: answerOf(project) };
    };
    service = await startTestService({ stack: "grpc-js", methods: { getServingInfo } as never });
  });
  afterAll(() => service.drain());

  function call(session: ClientHttp2Session, project: string, cutAfterBytes: number) {
    const stream = session.request({
      ":method": "POST",
      ":path": "/timewell.serving.v1.OnlineServing/GetServingInfo",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const chunks: Buffer[] = [];
    let received = 0;
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received > cutAfterBytes) stream.destroy();
    });
    stream.on("error", () => undefined);
    const ended = new Promise<string | undefined>((resolve) => {
      stream.on("close", () => resolve(undefined));
      stream.on("end", () => {
        if (stream.destroyed) return;
        resolve(fromBinary(GetServingInfoResponseSchema, Buffer.concat(chunks).subarray(5)).engine);
      });
    });
    const request = create(GetServingInfoRequestSchema, { project });
    stream.end(frame(toBinary(GetServingInfoRequestSchema, request)));
    return ended;
  }

  it("are each its own, also while others are cut off and connections break", async () => {
    const session = connect(service.url);
    for (let round = 0; round < 8; round++) {
      const doomed = connect(service.url);
      doomed.on("error", () => undefined);
      const calls = Array.from({ length: 60 }, async (_, i) => {
        const project = `${round}_${i}-${300 + ((i * 797) % 9_000)}`;
        if (i % 4 === 3) return void (await call(doomed, project, Infinity));
        if (i % 4 === 2) return void (await call(session, project, 20_000));
        expect((await call(session, project, Infinity)) === answerOf(project)).toBe(true);
      });
      setTimeout(() => doomed.destroy(), round * 3);
      await Promise.all(calls);
    }
    session.close();
  });
});
