import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { OnlineServing } from "@timewell/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stacks, startTestService } from "../process/test-service.testdata.ts";

let folder: string;
const file = (name: string) => join(folder, name);
const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "timewell-"));
  const days = ["-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  openssl("req", "-x509", ...days, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA");
  for (const name of ["server", "client", "stranger"]) {
    openssl("req", ...days.slice(2), "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    await writeFile(file("ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1");
    const signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    if (name === "stranger")
      openssl("req", "-x509", ...days, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", "/CN=x");
    else
      openssl(
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        ...signer,
        "-days",
        "2",
        "-out",
        `${name}.pem`,
        "-extfile",
        "ext",
      );
  }
  await writeFile(file("tokens"), `ann read ${"0".repeat(64)}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const tls = () => ["--tls-cert", file("server.pem"), "--tls-key", file("server.key")];

describe("listening where other machines could reach it", () => {
  const open = ["--listen", "0.0.0.0:0"];
  it.each([
    ["nothing", () => [], "TLS (--tls-cert and --tls-key) and tokens (--tokens)"],
    ["TLS alone", () => tls(), "without tokens (--tokens)"],
    ["tokens alone", () => ["--tokens", file("tokens")], "without TLS"],
  ])("is refused with %s, and the text tells the risk", async (_name, args, text) => {
    const start = startTestService({ stack: "connect", args: [...open, ...args()] });
    await expect(start).rejects.toMatchObject({ kind: "INVALID_CONFIG", field: "--listen" });
    await expect(start).rejects.toThrow(text);
  });

  it.each([
    ["TLS and tokens", () => [...tls(), "--tokens", file("tokens")]],
    ["--insecure-listen", () => ["--insecure-listen"]],
  ])("is allowed with %s", async (_name, args) => {
    const service = await startTestService({ stack: "connect", args: [...open, ...args()] });
    await service.drain();
  });

  it("hides reflection unless it is asked for", async () => {
    const found = async (args: string[]) => {
      const service = await startTestService({
        stack: "connect",
        args: [...open, "--insecure-listen", ...args],
      });
      const names = service.descriptors.serviceNames();
      await service.drain();
      return names.includes("grpc.reflection.v1.ServerReflection");
    };
    expect(await found([])).toBe(false);
    expect(await found(["--reflection"])).toBe(true);
  });

  it.each([
    [() => ["--tls-cert", file("server.pem")], "belong together"],
    [() => ["--tls-cert", file("server.pem"), "--tls-key", file("client.key")], "do not work together"],
    [() => ["--tls-cert", file("nowhere.pem"), "--tls-key", file("server.key")], "Cannot read --tls-cert"],
    [() => ["--tls-client-ca", file("ca.pem")], "TLS is off"],
    [() => ["--tokens", file("nowhere")], "Cannot read the token file"],
  ])("TLS and token files that cannot be used are named (%#)", async (args, text) => {
    await expect(startTestService({ stack: "connect", args: args() })).rejects.toThrow(text);
  });

  it("says that a port is taken", async () => {
    const service = await startTestService({ stack: "connect" });
    const second = startTestService({ stack: "connect", args: ["--listen", `127.0.0.1:${service.port}`] });
    await expect(second).rejects.toThrow("another process listens there");
    await service.drain();
  });
});

describe.each(stacks)("TLS on %s", (stack) => {
  function client(url: string, name?: string) {
    const own =
      name === undefined
        ? {}
        : { cert: readFileSync(file(`${name}.pem`)), key: readFileSync(file(`${name}.key`)) };
    const nodeOptions = { ca: readFileSync(file("ca.pem")), ...own };
    return createClient(OnlineServing, createGrpcTransport({ baseUrl: url, nodeOptions }));
  }

  it("serves gRPC and HTTP/1.1 on one port", async () => {
    const service = await startTestService({ stack, args: tls() });
    expect(service.url).toMatch(/^https:/);
    await client(service.url).getServingInfo({});
    const status = await new Promise((resolve, reject) => {
      const call = request(`${service.url}/healthz`, { ca: readFileSync(file("ca.pem")) }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      call.on("error", reject).end();
    });
    expect(status).toBe(200);
    await service.drain();
  });

  it("does not answer without TLS", async () => {
    const service = await startTestService({ stack, args: tls() });
    await expect(fetch(`http://127.0.0.1:${service.port}/healthz`)).rejects.toThrow();
    await service.drain();
  });

  it("asks for a certificate of its own authority where it is told to", async () => {
    const service = await startTestService({ stack, args: [...tls(), "--tls-client-ca", file("ca.pem")] });
    await client(service.url, "client").getServingInfo({});
    await expect(client(service.url).getServingInfo({})).rejects.toThrow();
    await expect(client(service.url, "stranger").getServingInfo({})).rejects.toThrow();
    await service.drain();
  });
});
