import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { grpcHealthV1, OnlineServing, Privilege } from "@timewell/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allServices, stacks, startTestService, type TestService } from "../process/test-service.testdata.ts";
import { accessOf } from "./access-of.ts";

const digest = (token: string) => createHash("sha256").update(token).digest("hex");
const tokens = { read: "token-r", write: "token-w", admin: "token-a" };

describe("access of methods", () => {
  it.each(allServices.flatMap((service) => service.methods))(
    "$parent.name/$name declares what it needs",
    (method) => {
      expect(accessOf(method)?.privilege).toBeGreaterThan(Privilege.UNSPECIFIED);
      expect(accessOf(method)?.resource).toBeGreaterThan(0);
    },
  );

  it("a service with a method that declares none cannot be hosted", async () => {
    const undeclared = {
      ...OnlineServing.methods[0]!,
      proto: { ...OnlineServing.methods[0]!.proto, options: undefined },
    };
    const services = [{ ...OnlineServing, methods: [undeclared] }] as never;
    await expect(startTestService({ stack: "connect", services })).rejects.toThrow("it declares no access");
  });
});

describe.each(stacks)("every RPC against every scope on %s", (stack) => {
  // Client streams are not for grpc-js: retrieval is on connect.
  const services = stack === "connect" ? allServices : [OnlineServing];
  let folder: string;
  let service: TestService;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "timewell-"));
    const lines = Object.entries(tokens).map(([scope, token]) => `${scope}-token ${scope} ${digest(token)}`);
    await writeFile(join(folder, "tokens"), lines.join("\n"));
    service = await startTestService({ stack, services, args: ["--tokens", join(folder, "tokens")] });
  });
  afterAll(async () => {
    await service.drain();
    await rm(folder, { recursive: true });
  });

  async function codeOfCall(method: DescMethod, token: string | undefined): Promise<number> {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const client = createClient(
      method.parent,
      createGrpcTransport({ baseUrl: service.url }),
    ) as unknown as Record<
      string,
      (input: unknown, options: object) => Promise<unknown> | AsyncIterable<unknown>
    >;
    const takesStream = method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming";
    const givesStream = method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming";
    const input = takesStream
      ? (async function* () {
          yield {};
        })()
      : {};
    try {
      const result = client[method.localName]?.(input, { headers });
      if (givesStream) for await (const _ of result as AsyncIterable<unknown>);
      else await result;
      return 0;
    } catch (error) {
      return ConnectError.from(error).code;
    }
  }

  const cases = services.flatMap((one) => one.methods);
  it.each(cases)("$parent.name/$name", async (method) => {
    const needed = accessOf(method)!.privilege;
    const granted = (privilege: Privilege) => (privilege >= needed ? 0 : Code.PermissionDenied);
    expect(await codeOfCall(method, undefined)).toBe(Code.Unauthenticated);
    expect(await codeOfCall(method, "guess")).toBe(Code.Unauthenticated);
    expect(await codeOfCall(method, tokens.read)).toBe(granted(Privilege.READ));
    expect(await codeOfCall(method, tokens.write)).toBe(granted(Privilege.WRITE));
    expect(await codeOfCall(method, tokens.admin)).toBe(0);
  });

  it("health is open, metrics are not", async () => {
    const health = createClient(grpcHealthV1.Health, createGrpcTransport({ baseUrl: service.url }));
    expect((await health.check({})).status).toBe(1);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${service.url}/metrics`)).status).toBe(401);
    const headers = { authorization: `Bearer ${tokens.read}` };
    expect((await fetch(`${service.url}/metrics`, { headers })).status).toBe(200);
  });

  it("no token and no digest is ever logged", () => {
    const text = service.logged.join("\n");
    for (const token of [...Object.values(tokens), "guess"]) expect(text).not.toContain(token);
  });

  it("other tokens count after a reload, and a broken file leaves the tokens as they are", async () => {
    const method = OnlineServing.method.getServingInfo;
    await writeFile(join(folder, "tokens"), `new read ${digest("token-new")}\n`);
    service.reload();
    expect(await codeOfCall(method, "token-new")).toBe(0);
    expect(await codeOfCall(method, tokens.read)).toBe(Code.Unauthenticated);
    await writeFile(join(folder, "tokens"), "nonsense");
    service.reload();
    expect(await codeOfCall(method, "token-new")).toBe(0);
  });
});
