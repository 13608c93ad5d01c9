import type { ServiceError } from "@grpc/grpc-js";
import { compileProject, serviceDescriptor } from "@timewell/model";
import { startRedis } from "@timewell/setup";
import { openRedisOnlineStore } from "@timewell/store-redis";
import { systemClock } from "@timewell/ttl";
import { expect, it } from "vitest";

import { startTypedServing } from "./start-typed-serving.testdata.ts";
import { callTyped } from "./typed-client.testdata.ts";
import { airports, applied } from "./typed-definitions.testdata.ts";

const snapshot = applied(undefined, airports);
const method = serviceDescriptor("flights", compileProject(snapshot).services.get("delay")!).method.get!;
const clock = systemClock();

it("Redis stops: UNAVAILABLE inside the deadline, also in parts; Redis returns: answers within 2 s", async () => {
  const redis = await startRedis();
  const store = await openRedisOnlineStore({ url: redis.url });
  const serving = await startTypedServing(store);
  const call = (options: object, deadlineMs: number) => {
    const deadline = new Date(Number(clock.nowUs() / 1000n) + deadlineMs);
    return callTyped(serving.client, method, { rows: [{ airport: "ZRH" }], options }, { deadline });
  };
  try {
    serving.say(snapshot);
    await serving.definitions.waitForVersion("flights", 1n);
    const found = { rows: [{ states: { hourly: "STATUS_NOT_FOUND" } }] };
    expect(await call({}, 60_000)).toMatchObject(found);
    await redis.kill();
    for (let i = 0; i < 20; i++) {
      const startMs = clock.monotonicMs();
      const error = await call({}, 10_000).catch((reason: unknown) => reason as ServiceError);
      expect(error).toMatchObject({ code: 14 });
      const partial = await call({ allowPartial: true }, 10_000);
      expect(partial).toMatchObject({ rows: [{ states: { hourly: "STATUS_UNAVAILABLE" } }] });
      expect(clock.monotonicMs() - startMs).toBeLessThan(10_000);
    }
    await redis.restart();
    const returnedMs = clock.monotonicMs();
    while (
      !(await call({}, 10_000).then(
        () => true,
        () => false,
      ))
    )
      expect(clock.monotonicMs() - returnedMs).toBeLessThan(2_000);
    expect(await call({}, 10_000)).toMatchObject(found);
  } finally {
    await serving.stop();
    await store.close();
    await redis.stop();
  }
});
