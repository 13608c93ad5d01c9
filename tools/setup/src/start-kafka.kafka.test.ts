import { connect } from "node:net";
import { expect, test } from "vitest";
import { startKafka } from "./start-kafka.ts";
import { kafkaBrokers } from "./test-servers.ts";

/** The first bytes of the answer to ApiVersions, version 0: its length and the correlation id. */
function askVersions(port: number): Promise<Buffer> {
  const request = Buffer.from("0000000c001200000000002a0002" + "6d65", "hex");
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.once("error", reject);
    socket.once("data", (data) => {
      resolve(data);
      socket.destroy();
    });
  });
}

test("startKafka() answers, also after kill() and restart() on the same port", async () => {
  const kafka = await startKafka();
  expect((await askVersions(kafka.port)).readInt32BE(4)).toBe(42);
  await kafka.kill();
  await expect(askVersions(kafka.port)).rejects.toThrow("ECONNREFUSED");
  await kafka.restart();
  expect((await askVersions(kafka.port)).readInt32BE(4)).toBe(42);
  await kafka.stop();
  await kafka.stop();
}, 120_000);

test("kafkaBrokers() hands out one running broker", async () => {
  expect(await kafkaBrokers()).toBe(await kafkaBrokers());
  const port = Number((await kafkaBrokers()).split(":")[1]);
  expect((await askVersions(port)).readInt32BE(4)).toBe(42);
}, 120_000);
