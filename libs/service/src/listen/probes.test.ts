import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stacks, startTestService, type TestService } from "../process/test-service.testdata.ts";
import { frame, rawCall } from "./raw-call.testdata.ts";

const path = "/timewell.serving.v1.OnlineServing/GetOnlineFeatures";

/** Groups of an unknown field inside each other: 0x73 opens field 14, 0x74 closes it. */
function nested(levels: number): Buffer {
  return Buffer.concat([Buffer.alloc(levels, 0x73), Buffer.alloc(levels, 0x74)]);
}

describe.each(stacks)("hostile frames on %s", (stack) => {
  let service: TestService;
  let handled = 0;
  beforeAll(async () => {
    const getOnlineFeatures = async () => {
      handled++;
      return {};
    };
    service = await startTestService({ stack, methods: { getOnlineFeatures } });
  });
  afterAll(() => service.drain());

  const undecodable = [Code.InvalidArgument, Code.Internal];
  const cases: [string, Buffer, Record<string, string>, number[]][] = [
    ["a body that is not gzip", frame(Buffer.alloc(15, 7), 1), { "grpc-encoding": "gzip" }, undecodable],
    [
      "a gzip bomb of 64 MiB",
      frame(gzipSync(Buffer.alloc(64 * 2 ** 20)), 1),
      { "grpc-encoding": "gzip" },
      [Code.ResourceExhausted],
    ],
    ["a length prefix of 4 GiB", frame(Buffer.alloc(16), 0, 0xffff_ffff), {}, [Code.ResourceExhausted]],
    ["a message of 5 MiB", frame(Buffer.alloc(5 * 2 ** 20)), {}, [Code.ResourceExhausted]],
    ["a truncated varint", frame(Buffer.from([0x0a, 0xff])), {}, undecodable],
    ["a wrong wire type", frame(Buffer.from([0x0f])), {}, undecodable],
    ["groups nested 10,000 deep", frame(nested(10_000)), {}, undecodable],
    ["an unknown compression", frame(Buffer.alloc(4), 1), { "grpc-encoding": "zip9" }, [Code.Unimplemented]],
  ];

  it.each(cases)(
    "%s: the call ends with a clean status and no handler runs",
    async (_name, body, headers, codes) => {
      const before = handled;
      const answer = await rawCall(service.url, path, body, {
        headers,
        open: body.readUInt32BE(1) === 0xffff_ffff,
      });
      expect(codes).toContain(answer.grpcStatus);
      expect(answer.grpcMessage).not.toMatch(/\bat .*\.(ts|js):\d+/);
      expect(handled).toBe(before);
    },
  );

  it("a call whose deadline has passed never reaches its handler", async () => {
    const before = handled;
    const answer = await rawCall(service.url, path, frame(Buffer.alloc(0)), {
      headers: { "grpc-timeout": "0n" },
    });
    expect(answer.grpcStatus).toBe(Code.DeadlineExceeded);
    expect(handled).toBe(before);
  });

  it("goes on to answer honest calls", async () => {
    const answer = await rawCall(service.url, path, frame(Buffer.alloc(0)));
    expect(answer.grpcStatus).toBe(0);
  });
});
