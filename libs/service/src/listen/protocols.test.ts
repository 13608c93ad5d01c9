import { createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { connect } from "node:net";
import { OnlineServing, Privilege } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stacks, startTestService, type TestService } from "../process/test-service.testdata.ts";

const path = "/timewell.serving.v1.OnlineServing/GetServingInfo";

function post(service: TestService, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${service.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

describe.each(stacks)("one port for every protocol, HTTP/2 by %s", (stack) => {
  let service: TestService;
  beforeAll(async () => {
    const http = {
      "GET /hello": {
        access: Privilege.READ,
        handle(_request: unknown, response: { end(text: string): void }) {
          response.end("hello");
        },
      },
    } as never;
    const getServingInfo = async ({ project }: { project: string }) => {
      if (project === "gone")
        throw new FeatureStoreError("PROJECT_NOT_FOUND", "Cannot find project gone", { hint: "Look." });
      if (project === "bug") throw new Error("secret detail");
      return { engine: `for ${project}` };
    };
    service = await startTestService({ stack, methods: { getServingInfo } as never, http });
  });
  afterAll(() => service.drain());

  const transports: [string, (baseUrl: string) => Transport][] = [
    ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
    ["gRPC-Web on HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
    ["Connect on HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
    ...(stack === "connect"
      ? ([
          ["gRPC-Web on HTTP/2", (baseUrl: string) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
          ["Connect on HTTP/2", (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "2" })],
        ] as [string, (baseUrl: string) => Transport][])
      : []),
  ];

  it.each(transports)("%s is answered", async (_name, transport) => {
    const client = createClient(OnlineServing, transport(service.url));
    expect((await client.getServingInfo({ project: "x" })).engine).toBe("for x");
  });

  it.each(transports)(
    "%s tells the kind of an error, and hides what is not the caller's",
    async (_name, transport) => {
      const client = createClient(OnlineServing, transport(service.url));
      await expect(client.getServingInfo({ project: "gone" })).rejects.toThrow(
        "Cannot find project gone. Look.",
      );
      const hidden = await client.getServingInfo({ project: "bug" }).catch((error: unknown) => String(error));
      expect(hidden).toContain("unexpected error");
      expect(hidden).not.toContain("secret");
      expect(service.logged.join("\n")).toContain("secret detail");
    },
  );

  it("a plain JSON POST is answered with JSON", async () => {
    const response = await post(service, '{"project":"x"}');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ engine: "for x" });
  });

  it("a misspelt JSON field is refused, not ignored", async () => {
    const response = await post(service, '{"projekt":"x"}');
    expect(response.status).toBe(400);
  });

  it("a JSON error carries kind and hint", async () => {
    const response = await post(service, '{"project":"gone"}');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("PROJECT_NOT_FOUND");
  });

  it("/healthz follows the health of the services", async () => {
    const healthy = await fetch(`${service.url}/healthz`);
    expect(healthy.status).toBe(200);
    expect(await healthy.json()).toMatchObject({ serving: true });
    service.health.set(OnlineServing.typeName, false);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(503);
    service.health.set(OnlineServing.typeName, true);
  });

  it("/metrics counts calls by method and code", async () => {
    await post(service, '{"project":"gone"}');
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(
      /timewell_requests_total\{method="timewell.serving.v1.OnlineServing\/GetServingInfo",code="NOT_FOUND"\} \d/,
    );
    expect(text).toContain('timewell_request_duration_seconds_bucket{le="0.0001",method="timewell.serving');
    expect(text).toContain("process_cpu_user_seconds_total");
  });

  it("an app's own path is answered, any other is 404", async () => {
    expect(await (await fetch(`${service.url}/hello`)).text()).toBe("hello");
    expect((await fetch(`${service.url}/constructor`)).status).toBe(404);
  });

  it("a request that a web page on this machine sends under another host name is refused", async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(service.port, "127.0.0.1");
      socket.end(
        `POST ${path} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      socket.on("data", (data) => resolve(data.toString()));
    });
    expect(answer).toContain("421");
  });

  it("a request whose first bytes come one by one is answered", async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(service.port, "127.0.0.1");
      socket.setNoDelay(true);
      const text = "POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
      let at = 0;
      const send = () => {
        socket.write(text[at++] ?? "");
        if (at < text.length) setImmediate(send);
      };
      socket.on("connect", send);
      socket.on("data", (data) => {
        socket.destroy();
        resolve(data.toString());
      });
    });
    expect(answer).toContain("404");
  });
});
