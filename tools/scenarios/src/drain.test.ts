import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { freePort } from "@timewell/setup";
import { AppProcess } from "./harness/app-process.ts";
import { applyTaxi } from "./harness/apply-taxi.ts";
import { type Caught, describeError } from "./harness/caught.ts";
import { makeClients } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { nowUs, pushRows } from "./harness/push-rows.ts";
import { readOnline } from "./harness/read-online.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { type Deployment, startApps } from "./harness/start-apps.ts";

/** What callers see of a server that takes no more calls. All of it is said before anything of the call was done. */
const refusals =
  /ECONNREFUSED|ECONNRESET|REFUSED_STREAM|refused|GOAWAY|shutting down|draining|session.*closed|closed before/i;

vi.setConfig({ testTimeout: slowMachineMs, hookTimeout: slowMachineMs });

describe("drain", () => {
  let deployment: Deployment | undefined;
  afterEach(() => deployment?.stop());

  test("a server that is asked to end under load ends every call that it took, within its time", async () => {
    deployment = await startApps({ engine: "embedded" });
    const { clients, apps, urls } = deployment;
    await applyTaxi(clients);
    await pushRows(clients, "driver_live", [
      { keys: { driver: 1n }, eventTimeUs: nowUs(), features: { trips: 5n } },
    ]);
    const errors: Caught[] = [];
    let answered = 0;
    let stopping = false;
    // Connections of their own: each must be drained.
    const callers = Array.from({ length: 4 }, async (_, caller) => {
      const own = makeClients(urls);
      for (let n = 0n; !stopping; n++) {
        const call =
          caller === 0
            ? pushRows(own, "driver_live", [
                { keys: { driver: 2n }, eventTimeUs: nowUs(), features: { trips: n } },
              ])
            : readOnline(own, "driver_v1", [{ driver: 1n }]).then(([answer]) =>
                expect(answer?.values["driver_live__trips"]).toBe(5n),
              );
        try {
          await call;
          answered++;
        } catch (error) {
          errors.push(describeError(error));
          await sleep(5);
        }
      }
    });
    await eventually(() => expect(answered).toBeGreaterThan(200));
    expect(errors).toEqual([]);
    const end = await apps.serving.stop();
    await sleep(100);
    stopping = true;
    await Promise.all(callers);
    expect(end.code).toBe(0);
    expect(end.tookMs).toBeLessThan(15_000);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      // The library calls a refused stream internal; it is the one error that says that nothing was done.
      const code = error.message.includes("REFUSED_STREAM") ? "Internal" : "Unavailable";
      expect(error).toMatchObject({ code, message: expect.stringMatching(refusals) as string });
    }
  });

  test("a second process on one data folder is refused, and the first goes on", async () => {
    deployment = await startApps({ engine: "embedded" });
    const { clients, apps, folder } = deployment;
    await applyTaxi(clients);
    const { spec } = apps.serving;
    const args = [];
    for (const arg of spec.args)
      args.push(/^127\.0\.0\.1:\d+$/.test(arg) ? `127.0.0.1:${await freePort()}` : arg);
    const second = new AppProcess({ ...spec, name: "second", args });
    second.launch();
    const end = await second.ended();
    expect(end.code).toBe(1);
    expect(second.log()).toMatch(/^timewell: Cannot open .*: process \d+ has it open\. Stop that process/m);
    expect(second.log()).not.toMatch(/\bat .+:\d+:\d+|node:internal/);
    await pushRows(clients, "driver_live", [
      { keys: { driver: 1n }, eventTimeUs: nowUs(), features: { trips: 6n } },
    ]);
    const [answer] = await readOnline(clients, "driver_v1", [{ driver: 1n }]);
    expect(answer?.values["driver_live__trips"]).toBe(6n);

    await apps.serving.kill();
    const third = new AppProcess({ ...spec, name: "third", args, folder });
    await third.start();
    expect((await third.stop()).code).toBe(0);
  });
});
