import { ServerCredentials, status } from "@grpc/grpc-js";
import { grpcPythonPackages, pythonEnvironment } from "@timewell/setup";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeCodeFolder, runIn, writeFiles } from "./code-folder.testdata.ts";
import { generatePython } from "./generate-python.ts";
import { generateTypescript } from "./generate-typescript.ts";
import { offerGeneration } from "./project.testdata.ts";
import { startUnreliableServer, type Reply, type UnreliableServer } from "./unreliable-server.testdata.ts";
import { makeSelfSigned } from "./self-signed.testdata.ts";

interface Client {
  get(rows: readonly object[], options?: object): Promise<{ rows: unknown[]; servedAtUs: bigint }>;
  close(): void;
}
type CreateClient = (options: { url: string; [option: string]: unknown }) => Client;

const path = "/timewell.features.shop.OfferV1/Get";
/** `served_at_us` of 7, and no rows. */
const answer = Buffer.from([(2 << 3) | 1, 7, 0, 0, 0, 0, 0, 0, 0]);
const keys = { userId: "ada", shop: 1n, sku: "x", seenShop: 1n, seenSku: "y" };
const cwd = makeCodeFolder();
const ends: (() => void)[] = [];
let createClient: CreateClient;
let python: string;

beforeAll(async () => {
  python = await pythonEnvironment(grpcPythonPackages);
  const generation = offerGeneration();
  writeFiles(join(cwd, "ts"), await generateTypescript(generation, "ts"));
  writeFiles(join(cwd, "py"), await generatePython(generation, python));
  const module = (await import(join(cwd, "ts/offer_v1_client.ts"))) as { createOfferV1Client: CreateClient };
  createClient = module.createOfferV1Client;
  makeSelfSigned(cwd);
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

function tlsCredentials(): ServerCredentials {
  const [cert, key] = ["ca.pem", "key.pem"].map((name) => readFileSync(join(cwd, name)));
  return ServerCredentials.createSsl(null, [{ cert_chain: cert!, private_key: key! }]);
}

describe("the ready client in TypeScript", () => {
  test("tries again what was UNAVAILABLE, twice at most, and sends its token each time", async () => {
    const server = await start((call) => (call < 2 || call > 2 ? "UNAVAILABLE" : answer));
    const client = connect(server.port, { token: "secret" });
    expect((await client.get([keys])).servedAtUs).toBe(7n);
    expect(server.calls).toEqual(["Bearer secret", "Bearer secret", "Bearer secret"]);
    await expect(client.get([keys])).rejects.toMatchObject({ code: status.UNAVAILABLE, details: "not now" });
    expect(server.calls).toHaveLength(6);
  });

  test("stops trying again when most calls fail", async () => {
    const server = await start(() => "UNAVAILABLE");
    const client = connect(server.port);
    for (let call = 0; call < 20; call++) await expect(client.get([keys])).rejects.toThrow("UNAVAILABLE");
    expect(server.calls.length).toBeLessThanOrEqual(30);
  });

  test("gives up at the deadline, and when it is told to", async () => {
    const server = await start(() => "silence");
    const client = connect(server.port, { timeoutMs: 150 });
    await expect(client.get([keys])).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    const stop = new AbortController();
    const call = client.get([keys], { signal: stop.signal, timeoutMs: 60_000 });
    stop.abort(new Error("left"));
    await expect(call).rejects.toThrow("left");
    await expect(client.get([keys], { signal: stop.signal })).rejects.toThrow("left");
  });

  test("comes back when the server is back", async () => {
    const first = await start(() => answer);
    const client = connect(first.port);
    await client.get([keys]);
    first.stop();
    await expect(client.get([keys])).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await start(() => answer, { port: first.port });
    await expect
      .poll(() =>
        client.get([keys]).then(
          (found) => found.servedAtUs,
          () => 0n,
        ),
      )
      .toBe(7n);
  });

  test("speaks TLS with an authority of one's own, and trusts no other", async () => {
    const server = await start(() => answer, { credentials: tlsCredentials() });
    const tls = { ca: readFileSync(join(cwd, "ca.pem"), "utf8") };
    expect((await connect(server.port, { tls }, "https").get([keys])).servedAtUs).toBe(7n);
    await expect(connect(server.port, {}, "https").get([keys])).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
  });

  test("says how to write the address", () => {
    for (const url of ["127.0.0.1:7402", "features", "redis://127.0.0.1"])
      expect(() => createClient({ url })).toThrow(
        `Cannot connect to ${url}: write it like http://127.0.0.1:7402`,
      );
  });
});

describe("the ready client in Python", () => {
  const script = (body: string) => `from py.offer_v1_client import *
keys = OfferV1Keys(user_id="ada", shop=1, sku="x", seen_shop=1, seen_sku="y")
def call(**options):
    try:
        with OfferV1Client(**options) as client:
            print(client.get([keys]).served_at_us)
    except grpc.RpcError as error:
        print(error.code().name)
${body}
`;
  const run = async (body: string) => (await runIn(cwd, python, "-c", script(body))).trim().split("\n");

  test("tries again what was UNAVAILABLE, twice at most, and sends its token each time", async () => {
    const server = await start((call) => (call === 2 ? answer : "UNAVAILABLE"));
    const url = `url="http://127.0.0.1:${server.port}", token="secret", timeout_s=60`;
    expect(await run(`call(${url})\ncall(${url})`)).toEqual(["7", "UNAVAILABLE"]);
    expect(server.calls).toEqual(new Array(6).fill("Bearer secret"));
  });

  test("gives up at the deadline, and speaks TLS", async () => {
    const silent = await start(() => "silence");
    const server = await start(() => answer, { credentials: tlsCredentials() });
    const outputs = await run(`call(url="http://127.0.0.1:${silent.port}", timeout_s=0.15)
call(url="https://127.0.0.1:${server.port}", timeout_s=60, tls_ca=open("ca.pem", "rb").read())
call(url="https://127.0.0.1:${server.port}", timeout_s=60)
try: OfferV1Client("features")
except ValueError as error: print(error)`);
    expect(outputs).toEqual([
      "DEADLINE_EXCEEDED",
      "7",
      "UNAVAILABLE",
      "Cannot connect to features: write it like http://127.0.0.1:7402",
    ]);
  });

  test("is there for asyncio, too", async () => {
    const server = await start((call) => (call === 0 ? "UNAVAILABLE" : answer));
    const outputs = await run(`import asyncio
async def main():
    async with AsyncOfferV1Client("http://127.0.0.1:${server.port}", token="t", timeout_s=60) as client:
        print((await client.get([keys])).served_at_us)
asyncio.run(main())`);
    expect(outputs).toEqual(["7"]);
    expect(server.calls).toEqual(["Bearer t", "Bearer t"]);
  });
});
