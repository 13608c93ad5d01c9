import { connect, createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { tameSession } from "./keep-calls-young.ts";

it("tameSession() finds the streams of a session of this Node, and calls go on as before, also those that the end cuts off", async () => {
  const server = createServer();
  const tamed: boolean[] = [];
  let session: ServerHttp2Session | undefined;
  server.on("session", (made) => {
    session = made;
    tamed.push(tameSession(made), tameSession(made));
  });
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    stream.on("error", () => undefined);
    if (headers[":path"] === "/wait") return;
    stream.respond({ ":status": 200 });
    stream.end(String(headers[":path"]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on("error", () => undefined);
  const get = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const call = client.request({ ":path": path });
      let text = "";
      call.setEncoding("utf8").on("data", (part: string) => (text += part));
      call.on("end", () => resolve(text)).on("error", reject);
    });
  const paths = Array.from({ length: 300 }, (_, i) => `/${i}`);
  expect(await Promise.all(paths.map(get))).toEqual(paths);
  const ended = new Promise<void>((resolve) => {
    const waiting = client.request({ ":path": "/wait" });
    waiting.on("error", () => undefined).on("close", resolve);
  });
  expect(await get("/last")).toBe("/last");
  session!.destroy();
  await ended;
  expect(tamed).toEqual([true, false]);
  await new Promise((resolve) => server.close(resolve));
});
