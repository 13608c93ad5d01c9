import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { OnlineServing, Status } from "@timewell/contracts";
import { compileProject, serviceDescriptor } from "@timewell/model";
import { systemClock } from "@timewell/ttl";
import { afterEach, describe, expect, it } from "vitest";

import { memoryStore } from "../typed/describe-typed-get.testdata.ts";
import { inTime } from "../typed/in-time.testdata.ts";
import { startTypedServing, type TypedServing } from "../typed/start-typed-serving.testdata.ts";
import { callTyped } from "../typed/typed-client.testdata.ts";
import { airportRow, airports, applied } from "../typed/typed-definitions.testdata.ts";

const snapshot = applied(undefined, airports);
const method = serviceDescriptor("flights", compileProject(snapshot).services.get("delay")!).method.get!;
const clock = systemClock();
const fence = { partition: 7, epoch: 1n };
const after = [{ partition: 7, position: 5n }];
const deadline = (ms: number) => ({ deadline: new Date(Number(clock.nowUs() / 1000n) + ms) });

describe("reads after a position (semantics 12)", () => {
  const store = memoryStore();
  let serving: TypedServing | undefined;
  afterEach(async () => {
    await serving?.stop();
    serving = undefined;
  });

  async function start() {
    serving = await startTypedServing(store);
    serving.say(snapshot);
    await serving.definitions.waitForVersion("flights", 1n);
    return serving;
  }
  const write = (departures: bigint, watermark: bigint) =>
    store.apply([airportRow(snapshot, "hourly", "ZRH", clock.nowUs(), [departures, null])], {
      fence,
      watermark,
    });

  it("typed and by name see the row that was pushed, however late it is applied", async () => {
    const { client, url } = await start();
    await write(1n, 4n);
    const byName = createClient(OnlineServing, createGrpcTransport({ baseUrl: url }));
    const rows = [{ keys: { airport: { kind: { case: "stringValue" as const, value: "ZRH" } } } }];
    const selection = { case: "featureService" as const, value: "delay" };
    const reads = Promise.all([
      callTyped(client, method, { rows: [{ airport: "ZRH" }], options: { after } }, deadline(60_000)),
      byName.getOnlineFeatures(
        { project: "flights", selection, rows, options: { after } },
        { timeoutMs: 60_000 },
      ),
    ]);
    await clock.sleep(100);
    await write(2n, 5n);
    const [typed, named] = await reads;
    expect(typed).toMatchObject({ rows: [{ hourly: { departures: "2" } }] });
    expect(named.rows[0]!.values.map(({ kind }) => kind.value)).toContain(2n);
  });

  it("past the deadline they fail, or answer UNAVAILABLE where the caller allows it", async () => {
    const { client, url } = await start();
    const late = [{ partition: 7, position: 50n }];
    const ask = (allowPartial: boolean) =>
      inTime(() =>
        callTyped(
          client,
          method,
          { rows: [{ airport: "ZRH" }], options: { after: late, allowPartial } },
          deadline(2_000),
        ),
      );
    expect(await ask(true)).toMatchObject({ rows: [{ states: { hourly: "STATUS_UNAVAILABLE" } }] });
    await expect(ask(false)).rejects.toMatchObject({
      code: 14,
      details: expect.stringContaining("position 50") as string,
    });
    const byName = createClient(OnlineServing, createGrpcTransport({ baseUrl: url }));
    const rows = [{ keys: { airport: { kind: { case: "stringValue" as const, value: "ZRH" } } } }];
    const selection = { case: "featureService" as const, value: "delay" };
    const options = { after: late, allowPartial: true };
    const request = { project: "flights", selection, rows, options };
    const answer = await inTime(() => byName.getOnlineFeatures(request, { timeoutMs: 2_000 }));
    expect(answer.rows[0]!.statuses).toContain(Status.UNAVAILABLE);
  });
});
