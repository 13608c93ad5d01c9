import type { DescMethod } from "@bufbuild/protobuf";
import type { Snapshot } from "@timewell/contracts";
import { compileProject, serviceDescriptor } from "@timewell/model";
import { systemClock } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { memoryStore } from "./describe-typed-get.testdata.ts";
import { StallingStore } from "./stalling-store.testdata.ts";
import { startTypedServing, type TypedServing } from "./start-typed-serving.testdata.ts";
import { callTyped, listServices, reflectedMethod } from "./typed-client.testdata.ts";
import { airportRow, airports, applied, withoutService } from "./typed-definitions.testdata.ts";

const serviceName = "timewell.features.flights.Delay";
const clock = systemClock();
const first = applied(undefined, airports);
const wider = applied(first, {
  featureServices: [{ name: "delay", views: [{ view: "hourly" }, { view: "weather" }] }],
});
const dropped = withoutService(wider, "delay");

function methodIn(snapshot: Snapshot): DescMethod {
  const service = compileProject(snapshot).services.get("delay")!;
  return serviceDescriptor("flights", service).method.get!;
}

describe("typed services are hosted while the server runs", () => {
  let serving: TypedServing;
  let store: StallingStore;
  const request = { rows: [{ airport: "ZRH" }] };

  beforeEach(async () => {
    const memory = memoryStore();
    store = new StallingStore(memory);
    serving = await startTypedServing(store.asOnlineStore);
    const nowUs = clock.nowUs();
    await memory.apply([
      airportRow(first, "hourly", "ZRH", nowUs, [5n, 1.5]),
      airportRow(first, "weather", "ZRH", nowUs, [7.25]),
    ]);
  });
  afterEach(() => serving.stop());

  /** Calls until the status is another one; fails after the second that an apply may take. */
  async function eventually(method: DescMethod, isThere: (outcome: unknown) => boolean): Promise<unknown> {
    const endMs = clock.monotonicMs() + 1_000;
    for (;;) {
      const outcome = await callTyped(serving.client, method, request).catch((error: unknown) => error);
      if (isThere(outcome)) return outcome;
      expect(clock.monotonicMs()).toBeLessThan(endMs);
      await clock.sleep(10);
    }
  }
  const answered = (outcome: unknown) => !(outcome instanceof Error);

  it("an applied service answers within a second", async () => {
    serving.say(first);
    expect(await eventually(methodIn(first), answered)).toEqual({
      rows: [{ hourly: { departures: "5", mean_delay: 1.5 } }],
      served_at_us: expect.stringMatching(/^\d{16}$/),
      service_revision: 1,
    });
  });

  it.each(["v1", "v1alpha"] as const)(
    "a client that knows nothing but reflection %s finds and calls it",
    async (version) => {
      serving.say(first);
      await eventually(methodIn(first), answered);
      expect(await listServices(serving.client, version)).toContain(serviceName);
      const method = await reflectedMethod(serving.client, version, serviceName, "Get");
      expect(await callTyped(serving.client, method!, request)).toMatchObject({
        rows: [{ hourly: { departures: "5" } }],
      });
    },
  );

  it("a changed service answers with its new plan and is reflected as it is now", async () => {
    serving.say(first);
    await eventually(methodIn(first), answered);
    serving.say(wider);
    const isWider = (outcome: unknown) => (outcome as { service_revision?: number }).service_revision === 2;
    expect(await eventually(methodIn(wider), isWider)).toMatchObject({
      rows: [{ hourly: { departures: "5" }, weather: { wind: 7.25 } }],
    });
    const method = await reflectedMethod(serving.client, "v1", serviceName, "Get");
    const row = method!.output.fields[0]!.message!;
    expect(row.fields.map(({ name }) => name)).toContain("weather");
    // Who generated a client before reads on: what it does not know is passed over.
    expect(await callTyped(serving.client, methodIn(first), request)).toMatchObject({
      rows: [{ hourly: { departures: "5" } }],
    });
  });

  it("a dropped service is unknown and listed no more, and a call under way ends well", async () => {
    serving.say(first);
    await eventually(methodIn(first), answered);
    store.hold();
    const underWay = callTyped(serving.client, methodIn(first), request);
    while (store.reads < 2) await clock.sleep(5);
    serving.say(dropped);
    const unknown = await eventually(
      methodIn(first),
      (outcome) => (outcome as { code?: number }).code === 12,
    );
    expect((unknown as { details: string }).details).toBe(
      `The server does not implement the method /${serviceName}/Get`,
    );
    for (const version of ["v1", "v1alpha"] as const) {
      expect(await listServices(serving.client, version)).not.toContain(serviceName);
      expect(await reflectedMethod(serving.client, version, serviceName, "Get")).toBeUndefined();
    }
    store.release();
    expect(await underWay).toMatchObject({ rows: [{ hourly: { departures: "5" } }] });
  });

  it("a call under way goes on with the plan that it began with", async () => {
    serving.say(first);
    await eventually(methodIn(first), answered);
    store.hold();
    const underWay = callTyped(serving.client, methodIn(wider), request);
    while (store.reads < 2) await clock.sleep(5);
    serving.say(wider);
    await serving.definitions.waitForVersion("flights", 2n);
    store.release();
    expect(await underWay).toMatchObject({ service_revision: 1, rows: [{ hourly: { departures: "5" } }] });
  });

  it("a service that was dropped and comes back answers again", async () => {
    serving.say(first);
    await eventually(methodIn(first), answered);
    serving.say(dropped);
    await eventually(methodIn(first), (outcome) => (outcome as { code?: number }).code === 12);
    const back = applied(dropped, { featureServices: airports.featureServices ?? [] });
    serving.say(back);
    expect(await eventually(methodIn(back), answered)).toMatchObject({
      rows: [{ hourly: { departures: "5" } }],
    });
  });
});
