import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { ensureLoadGenerator, makeTempFolder } from "@timewell/setup";
import { afterEach, expect, test } from "vitest";
import { Load } from "./load.ts";
import { h2loadArgs, parseH2load } from "./run-h2load.ts";

const answer = "four";
let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Serves HTTP/1.1, and keeps the bodies that come in. */
async function serve(answerTo: (count: number) => string): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push(body);
      response.end(answerTo(seen.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen };
}

function loadOf(url: string): Load {
  const folder = makeTempFolder("bench");
  const bodies = ["a", "b", "c"].map((body) => {
    const file = path.join(folder, body);
    writeFileSync(file, body);
    return { file, answerBytes: answer.length };
  });
  const lanes = { lanes: 2, inFlightPerLane: 1, bodiesPerSlice: 4 };
  return new Load({ program: ensureLoadGenerator(), url, bodies, headers: [], http1: true, ...lanes });
}

test("Load sends every body in turn, and counts what was answered", async () => {
  const { url, seen } = await serve(() => answer);
  const { requests, perSecond } = await loadOf(url).run(1_000);
  expect(seen.length).toBe(requests);
  expect(new Set(seen)).toEqual(new Set(["a", "b", "c"]));
  expect(perSecond).toBeGreaterThan(0);
});

test("Load is void where one answer has another length, as a gRPC error has", async () => {
  const { url } = await serve((count) => (count === 3 ? "" : answer));
  await expect(loadOf(url).run(200)).rejects.toThrow("The run is void");
});

test("parseH2load() reads statuses, failures and the bytes of bodies", () => {
  const output = `
finished in 2.41s, 12433.22 req/s, 2.95MB/s
requests: 30000 total, 30000 started, 30000 done, 29999 succeeded, 1 failed, 1 errored, 0 timeout
status codes: 29999 2xx, 0 3xx, 1 4xx, 0 5xx
traffic: 7.12MB (7470932) total, 147.11KB (150636) headers (space savings 96.39%), 6.15MB (6450000) data
`;
  expect(parseH2load(output)).toEqual({ status2xx: 29_999, failed: 1, bodyBytes: 6_450_000 });
  expect(() => parseH2load("no such host")).toThrow("Cannot read what h2load printed");
});

test("h2loadArgs() takes one connection for HTTP/2, and one for each request on its way for HTTP/1.1", () => {
  const run = { program: "h2load", url: "u", bodyFile: "b", headers: ["x:y"], requests: 9, inFlight: 4 };
  expect(h2loadArgs({ ...run, http1: false }).join(" ")).toBe("-c 1 -m 4 -n 9 -d b -H x:y u");
  expect(h2loadArgs({ ...run, http1: true }).join(" ")).toBe("--h1 -c 4 -n 9 -d b -H x:y u");
});
