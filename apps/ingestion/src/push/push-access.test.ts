import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startUs } from "../ingestion-world.testdata.ts";
import { type StartedIngestion, startIngestion } from "./start-ingestion.testdata.ts";

const asIs = (bytes: Buffer) => bytes;
const typed = "/timewell.ingest.default.AirportHourlyV1";
const named = "/timewell.ingestion.v1.Ingestion";

describe("who may push", () => {
  let folder: string;
  let ingestion: StartedIngestion;
  let client: Client;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "timewell-access-"));
    const line = (name: string, scope: string) =>
      `${name} ${scope} ${createHash("sha256").update(name).digest("hex")}\n`;
    const tokens = join(folder, "tokens");
    await writeFile(tokens, line("reader", "read") + line("writer", "write") + line("other", "write"));
    ingestion = await startIngestion(undefined, ["--tokens", tokens]);
    client = new Client(`127.0.0.1:${ingestion.port}`, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await ingestion.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function metadata(token: string): Metadata {
    const made = new Metadata();
    if (token !== "") made.set("authorization", `Bearer ${token}`);
    return made;
  }
  const unary = (path: string, token: string) =>
    new Promise<number>((resolve) => {
      client.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), metadata(token), (error) =>
        resolve(error?.code ?? status.OK),
      );
    });
  const stream = (path: string, token: string) =>
    new Promise<number>((resolve) => {
      const call = client.makeBidiStreamRequest(path, asIs, asIs, metadata(token));
      call.on("data", () => undefined).on("error", () => undefined);
      call.on("status", ({ code }) => resolve(code));
      call.end();
    });

  it.each([
    ["", status.UNAUTHENTICATED, 401],
    ["nobody", status.UNAUTHENTICATED, 401],
    ["reader", status.PERMISSION_DENIED, 403],
  ])("token %j: every form of a push is refused before anything is read", async (token, code, http) => {
    const codes = [
      await unary(`${typed}/Push`, token),
      await unary(`${named}/Push`, token),
      await stream(`${typed}/PushStream`, token),
      await stream(`${named}/PushStream`, token),
    ];
    expect(codes).toEqual([code, code, code, code]);
    const headers: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${ingestion.url}/push`, { method: "POST", body: "{", headers });
    expect(response.status).toBe(http);
  });

  it("a token of scope write gets to the push", async () => {
    expect(await unary(`${typed}/Push`, "writer")).toBe(status.INVALID_ARGUMENT);
    expect(await stream(`${typed}/PushStream`, "writer")).toBe(status.OK);
    expect(await stream(`${named}/PushStream`, "writer")).toBe(status.OK);
  });

  it("one request id of two callers is two requests, and of one caller one", async () => {
    const push = async (token: string, departures: number) => {
      const response = await fetch(`${ingestion.url}/timewell.ingestion.v1.Ingestion/Push`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({
          project: "default",
          featureView: "airport_hourly",
          rows: [
            {
              keys: { airport: { stringValue: "SEA" } },
              features: { departures: { int64Value: String(departures) } },
              eventTimeUs: String(startUs),
            },
          ],
          requestId: "one-id",
        }),
      });
      expect(response.status).toBe(200);
      return ((await response.json()) as { results: { position: object }[] }).results[0]!.position;
    };
    const first = await push("writer", 1);
    expect(await push("other", 2)).not.toEqual(first);
    expect(await push("writer", 1)).toEqual(first);
  });
});
