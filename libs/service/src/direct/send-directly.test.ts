import { create, toBinary } from "@bufbuild/protobuf";
import { createClient, type HandlerContext, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { FeatureRegistry, WatchRegistryResponseSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { systemClock } from "@timewell/ttl";
import { afterEach, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../process/test-service.testdata.ts";
import { sendDirectly } from "./send-directly.ts";

type Answer = { readonly snapshot: { readonly project: string } };

const services: TestService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.drain();
});

/** A service whose stream sends the projects that begin with `x` directly; counts them. */
async function start(answers: () => AsyncIterable<Answer>) {
  const sent = { directly: 0 };
  const watchRegistry = (_: never, context: HandlerContext) =>
    sendDirectly(answers(), context, (answer) => {
      if (!answer.snapshot.project.startsWith("x")) return undefined;
      sent.directly++;
      const bytes = toBinary(WatchRegistryResponseSchema, create(WatchRegistryResponseSchema, answer));
      return [bytes.subarray(0, 3), bytes.subarray(3)];
    });
  const service = await startTestService({
    stack: "connect",
    services: [FeatureRegistry],
    methods: { watchRegistry: watchRegistry as never },
  });
  services.push(service);
  return { sent, url: service.url };
}

async function read(transport: Transport): Promise<string[]> {
  const projects: string[] = [];
  for await (const { snapshot } of createClient(FeatureRegistry, transport).watchRegistry({}))
    projects.push(snapshot!.project);
  return projects;
}

const answer = (project: string): Answer => ({ snapshot: { project } });

describe("sendDirectly()", () => {
  const projects = ["x first", "a", `x${"y".repeat(300_000)}`, "x", "b", "x last"];
  const answers = async function* () {
    yield* projects.map(answer);
  };

  test("sends messages of a gRPC call in their places, all but the first uncopied", async () => {
    const { sent, url } = await start(answers);
    expect(await read(createGrpcTransport({ baseUrl: url }))).toEqual(projects);
    expect(sent.directly).toBe(3);
  });

  test.each([
    ["Connect over HTTP/2", (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "2" })],
    ["gRPC-Web over HTTP/1.1", (baseUrl: string) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
  ])("leaves all messages to %s", async (_, transport) => {
    const { sent, url } = await start(answers);
    expect(await read(transport(url))).toEqual(projects);
    expect(sent.directly).toBe(0);
  });

  test("tells the error of a stream after what was sent", async () => {
    const failing = async function* () {
      yield* [answer("a"), answer("x")];
      throw new FeatureStoreError("DATA_LOSS", "Cannot go on: it is gone");
    };
    const { url } = await start(failing);
    await expect(read(createGrpcTransport({ baseUrl: url }))).rejects.toThrow(/it is gone/);
  });

  test("makes no more than a slow reader takes, and ends the source where the reader goes away", async () => {
    let made = 0;
    const ended = Promise.withResolvers<void>();
    const endless = async function* () {
      try {
        yield answer("first");
        for (; ; made++) yield answer(`x${"y".repeat(64 * 1024)}`);
      } finally {
        ended.resolve();
      }
    };
    const { url } = await start(endless);
    const cancel = new AbortController();
    const client = createClient(FeatureRegistry, createGrpcTransport({ baseUrl: url }));
    const stream = client.watchRegistry({}, { signal: cancel.signal })[Symbol.asyncIterator]();
    await stream.next();
    await systemClock().sleep(500);
    expect(made).toBeLessThan(64);
    cancel.abort();
    await ended.promise;
  });
});
