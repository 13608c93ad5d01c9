import { connect } from "node:net";
import { expect, test } from "vitest";
import { createDatabase, redisUrl } from "./test-servers.ts";

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.unref();
  });
}

test("redisUrl() hands out another numbered database of one running server each time", async () => {
  const [first, second] = [new URL(await redisUrl()), new URL(await redisUrl())];
  expect(first.host).toBe(second.host);
  expect(first.pathname).not.toBe(second.pathname);
  expect(await canConnect(Number(first.port))).toBe(true);
});

test("createDatabase() makes another database of one running server each time", async () => {
  const [first, second] = [new URL(await createDatabase()), new URL(await createDatabase())];
  expect(first.host).toBe(second.host);
  expect(first.pathname).not.toBe(second.pathname);
  expect(await canConnect(Number(first.port))).toBe(true);
});
