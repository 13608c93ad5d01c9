import { create } from "@bufbuild/protobuf";
import { EraseEntityRequestSchema, FindEntityRequestSchema } from "@timewell/contracts";
import { startRedis } from "@timewell/setup";
import { openRedisOnlineStore } from "@timewell/store-redis";
import { afterAll, beforeAll, expect, it } from "vitest";

import { Applier } from "../applier.ts";
import { IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import { eraseEntity } from "./erase-entity.ts";
import { findEntity } from "./find-entity.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const text = (value: string) => ({ kind: { case: "stringValue" as const, value } });
const airports = Array.from({ length: 40 }, (_, i) => `A${String(i).padStart(2, "0")}`);

it("eraseEntity() on Redis loses no other row and leaves none of the entity while two appliers write", async () => {
  const onlineStore = await openRedisOnlineStore({ url: server.url });
  const world = await IngestionWorld.create({}, onlineStore);
  const second = new Applier(world.deps);
  try {
    world.applier.start();
    second.start();
    const erased = airports.filter((_, i) => i % 4 === 0);
    const row = (airport: string, delay: number) => ({
      keys: { airport: text(airport) },
      features: { delay: { kind: { case: "doubleValue" as const, value: delay } } },
      eventTimeUs: startUs - 1_000_000n + BigInt(delay),
    });
    for (let round = 0; round < 5; round++)
      await world.push({ featureView: "watched", rows: airports.map((airport) => row(airport, round)) });
    // Acknowledged, and for the most part not applied yet.
    for (const airport of erased) {
      const request = create(EraseEntityRequestSchema, {
        project: "default",
        entity: "airport",
        keys: { airport: text(airport) },
      });
      await world.writeCsv("watched.csv", "airport,event_timestamp,delay", []);
      for await (const _ of eraseEntity(world.deps, request, ""));
      const others = airports.filter((one) => !erased.includes(one)).map((one) => row(one, 10));
      await world.push({ featureView: "watched", rows: others });
    }
    await world.until(async () =>
      (await world.deps.ingestLog.progress()).every((it) => it.applied === it.head),
    );
    for (const airport of airports) {
      const found = await world.read("watched", airport);
      expect(found?.values, airport).toEqual(erased.includes(airport) ? undefined : [10]);
    }
    for (const airport of erased.slice(0, 2)) {
      const request = create(FindEntityRequestSchema, {
        project: "default",
        entity: "airport",
        keys: { airport: text(airport) },
      });
      const { found } = await findEntity(world.deps, request);
      expect(found).toMatchObject({ onlineRows: 0n, logRows: 0n, segmentRows: 0n });
    }
  } finally {
    const stopped = second.stop();
    await world.clock.advance(1_000);
    await stopped;
    await world.close();
    await onlineStore.close();
  }
}, 120_000);
