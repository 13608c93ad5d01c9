import { fromBinary, type DescMessage, type Message } from "@bufbuild/protobuf";
import { ServerCredentials, status } from "@grpc/grpc-js";
import { grpcPythonPackages, makeTempFolder, pythonEnvironment } from "@timewell/setup";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeCodeFolder, runIn, writeFiles } from "./code-folder.testdata.ts";
import { describePushGeneration } from "./describe-push-generation.ts";
import { generatePython } from "./generate-python.ts";
import { generateTypescript } from "./generate-typescript.ts";
import { projectOf, shop } from "./project.testdata.ts";
import { startUnreliableServer, type Reply, type UnreliableServer } from "./unreliable-server.testdata.ts";
import { makeSelfSigned } from "./self-signed.testdata.ts";

interface Client {
  push(rows: readonly object[], options?: object): Promise<{ results: { outcome: { value: unknown } }[] }>;
  close(): void;
}
type PushRequest = Message & { requestId: string; wait: number; rows: { eventTimeUs: bigint }[] };

const path = "/timewell.ingest.shop.UserDailyV1/Push";
/** One result: partition 3, position 7. */
const answer = Buffer.from("0a060a0408031007", "hex");
const row = { keys: { userId: "ada" }, features: { orders: 3n }, eventTimeUs: 5n };
const cwd = makeCodeFolder();
const keys = makeTempFolder("keys");
const ends: (() => void)[] = [];
let createClient: (options: { url: string; [option: string]: unknown }) => Client;
let requestSchema: DescMessage;
let python: string;

beforeAll(async () => {
  python = await pythonEnvironment(grpcPythonPackages);
  const generation = describePushGeneration(projectOf("shop", shop), "user_daily", 0);
  writeFiles(join(cwd, "ts"), await generateTypescript(generation, "ts"));
  writeFiles(join(cwd, "py"), await generatePython(generation, python));
  const client = await import(join(cwd, "ts/user_daily_v1_push_client.ts"));
  createClient = client.createUserDailyV1PushClient;
  const messages = await import(join(cwd, "ts/timewell/ingest/shop/user_daily_v1/messages_pb.ts"));
  requestSchema = messages.PushRequestSchema;
  makeSelfSigned(keys);
}, 120_000);

afterEach(() => ends.splice(0).forEach((end) => end()));

async function start(reply: (call: number) => Reply, options = {}): Promise<UnreliableServer> {
  const server = await startUnreliableServer(path, reply, options);
  ends.push(() => server.stop());
  return server;
}

function connect(port: number, options: object = {}, protocol = "http"): Client {
  const client = createClient({ url: `${protocol}://127.0.0.1:${port}`, timeoutMs: 60_000, ...options });
  ends.push(() => client.close());
  return client;
}

function requestsOf(server: UnreliableServer): PushRequest[] {
  return server.requests.map((bytes) => fromBinary(requestSchema, bytes) as PushRequest);
}

function tlsCredentials(): ServerCredentials {
  const [cert, key] = ["ca.pem", "key.pem"].map((name) => readFileSync(join(keys, name)));
  return ServerCredentials.createSsl(null, [{ cert_chain: cert!, private_key: key! }]);
}

describe("the ready client of pushes in TypeScript", () => {
  test("tries again what was UNAVAILABLE under the same request id, and sends its token", async () => {
    const server = await start((call) => (call < 2 ? "UNAVAILABLE" : answer));
    const client = connect(server.port, { token: "secret" });
    const { results } = await client.push([row]);
    expect(results.map(({ outcome }) => outcome.value)).toMatchObject([{ partition: 3, position: 7n }]);
    await client.push([row], { wait: "online", requestId: "mine" });
    await client.push([row]);
    expect(server.calls).toEqual(new Array(5).fill("Bearer secret"));
    const requests = requestsOf(server);
    expect(requests.map(({ wait }) => wait)).toEqual([1, 1, 1, 2, 1]);
    expect(requests.map(({ rows }) => rows[0]!.eventTimeUs)).toEqual(new Array(5).fill(5n));
    const [first, second, third, own, other] = requests.map(({ requestId }) => requestId);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect([second, third, own]).toEqual([first, first, "mine"]);
    expect(other).not.toBe(first);
  });

  test("gives up at the deadline, when it is told to, and when most calls fail", async () => {
    const silent = connect((await start(() => "silence")).port, { timeoutMs: 150 });
    await expect(silent.push([row])).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    const stop = new AbortController();
    const call = silent.push([row], { signal: stop.signal, timeoutMs: 60_000 });
    stop.abort(new Error("left"));
    await expect(call).rejects.toThrow("left");
    const failing = await start(() => "UNAVAILABLE");
    const client = connect(failing.port);
    for (let count = 0; count < 20; count++) await expect(client.push([row])).rejects.toThrow("UNAVAILABLE");
    expect(failing.calls.length).toBeLessThanOrEqual(30);
  });

  test("speaks TLS with an authority of one's own, trusts no other, and says how to write the address", async () => {
    const server = await start(() => answer, { credentials: tlsCredentials() });
    const tls = { ca: readFileSync(join(keys, "ca.pem"), "utf8") };
    expect((await connect(server.port, { tls }, "https").push([row])).results).toHaveLength(1);
    await expect(connect(server.port, {}, "https").push([row])).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
    expect(() => createClient({ url: "features" })).toThrow("write it like http://127.0.0.1:7404");
  });
});

test("the ready client of pushes in Python does the same, also for asyncio", async () => {
  const server = await start((call) => (call < 2 || call === 3 ? "UNAVAILABLE" : answer));
  const silent = await start(() => "silence");
  const secure = await start(() => answer, { credentials: tlsCredentials() });
  const script = `import asyncio
from py.user_daily_v1_push_client import *
row = Row(keys=Keys(user_id="ada"), features=UserDailyV1(orders=3), event_time_us=5)
url, token = "http://127.0.0.1:${server.port}", "secret"
def call(url, **options):
    try:
        with UserDailyV1PushClient(url, **options) as client:
            print(client.push([row]).results[0].position.position)
    except grpc.RpcError as error:
        print(error.code().name)
call(url, token=token, timeout_s=60)
async def main():
    async with AsyncUserDailyV1PushClient(url, token=token, timeout_s=60) as client:
        print(len((await client.push([row], request_id="mine", wait="online")).results))
asyncio.run(main())
call("http://127.0.0.1:${silent.port}", timeout_s=0.15)
call("https://127.0.0.1:${secure.port}", timeout_s=60, tls_ca=open(${JSON.stringify(join(keys, "ca.pem"))}, "rb").read())
`;
  const printed = await runIn(cwd, python, "-c", script);
  expect(printed.trim().split("\n")).toEqual(["7", "1", "DEADLINE_EXCEEDED", "7"]);
  expect(server.calls).toEqual(new Array(5).fill("Bearer secret"));
  const requests = requestsOf(server).map(({ requestId, wait }) => `${requestId} ${wait}`);
  expect(new Set(requests.slice(0, 3)).size).toBe(1);
  expect(requests[0]).toMatch(/^[0-9a-f-]{36} 1$/);
  expect(requests.slice(3)).toEqual(["mine 2", "mine 2"]);
});
