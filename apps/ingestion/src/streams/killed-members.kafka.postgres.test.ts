import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { createDatabase, kafkaBrokers } from "@timewell/setup";
import { openPostgres } from "@timewell/store-postgres";
import { expect, test, vi } from "vitest";

import { streamDefinitions } from "./stream-view.testdata.ts";
import { clock, newTopic, StreamWorld } from "./stream-world.testdata.ts";

vi.setConfig({ testTimeout: 180_000 });

const script = fileURLToPath(new URL("./stream-member.testdata.ts", import.meta.url));

async function startMember(database: string, { brokers, topic }: StreamWorld): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, database, brokers, topic], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

test("two processes share a topic; whichever is killed, and started again, no record is lost or written twice (semantics 12)", async () => {
  const database = await createDatabase();
  const stores = await openPostgres(database, { clock });
  const topic = newTopic();
  const world = new StreamWorld(await kafkaBrokers(), topic, streamDefinitions({ topic }), stores.ingestLog);
  await world.createTopic(4);
  let sent = 0;
  const send = async (count: number) => {
    const values = Array.from({ length: count }, () => ({
      airport: "OSL",
      delay: sent++,
      at: Number(clock.nowUs()),
    }));
    await world.send(values, sent % 4);
  };
  const first = await startMember(database, world);
  const second = await startMember(database, world);
  try {
    for (let i = 0; i < 8; i++) await send(250);
    await world.until(async () => (await world.rows()).length > 0);
    await kill(first);
    for (let i = 0; i < 8; i++) await send(250);
    await world.until(async () => (await world.rows()).length >= sent, 60_000);
    await kill(second);
    for (let i = 0; i < 4; i++) await send(250);
    const third = await startMember(database, world);
    await world.until(async () => (await world.rows()).length >= sent, 60_000);
    await kill(third);
    expect(await world.firstValues()).toEqual(Array.from({ length: sent }, (_, n) => n));
  } finally {
    for (const child of [first, second]) if (child.exitCode === null) child.kill("SIGKILL");
    await world.close();
    await stores.close();
  }
});
