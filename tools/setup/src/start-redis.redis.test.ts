import { connect } from "node:net";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { startRedis } from "./start-redis.ts";

function send(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    socket.once("error", reject);
    socket.once("data", (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}

function ownFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`timewell-redis-${process.pid}-`));
}

test("startRedis() refuses to evict keys", async () => {
  const redis = await startRedis();
  expect(await send(redis.port, "CONFIG GET maxmemory-policy")).toContain("noeviction");
  await redis.stop();
});

test("startRedis() with appendOnly finds its writes again after kill() and restart()", async () => {
  const redis = await startRedis({ appendOnly: true });
  await send(redis.port, "SET answer 42");
  await send(redis.port, "CONFIG SET appendfsync always");
  await send(redis.port, "SET durable 43");
  await redis.kill();
  await expect(send(redis.port, "PING")).rejects.toThrow("ECONNREFUSED");
  await redis.restart();
  expect(await send(redis.port, "GET durable")).toContain("43");
  await redis.stop();
});

test("stop() removes the folder of the server and can be called twice", async () => {
  const redis = await startRedis();
  expect(ownFolders()).toHaveLength(1);
  await redis.stop();
  await redis.stop();
  expect(ownFolders().filter((name) => existsSync(`${tmpdir()}/${name}`))).toEqual([]);
});
