import { InMemoryIngestLog, type QuarantineAppend } from "@timewell/store-ports";
import { timeMinUs } from "@timewell/ttl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { IngestionWorld } from "../ingestion-world.testdata.ts";
import { runsKept } from "../schedule/merge-old-runs.ts";
import { defaultUpkeep } from "./upkeep-settings.ts";
import { Upkeep } from "./upkeep.ts";

const never = new AbortController().signal;
const holder = { leases: () => [{ partition: 0, epoch: 1n }] };

describe("Upkeep", () => {
  let world: IngestionWorld;
  let told: { level: string; fields: object; message: string }[];
  beforeEach(async () => {
    const made = await IngestionWorld.create({
      upkeep: { ...defaultUpkeep, quarantineRetentionUs: 3_600_000_000n },
    });
    told = [];
    const say = (level: string) => (fields: object, message: string) =>
      void told.push({ level, fields, message });
    world = made.with({
      ingestLog: new InMemoryIngestLog(made.clock, { rowsPerViewMax: 2, rowBytesMax: 100 }),
      log: { info: say("info"), warn: say("warn"), error: say("error") },
    });
  });
  afterEach(() => world.close());

  async function refuse(...messages: string[]): Promise<void> {
    const quarantined = messages.map((message): QuarantineAppend => ({
      viewId: 7,
      origin: "push",
      kind: "INVALID_VALUE",
      message,
      constraint: "",
      from: "",
      entityKey: undefined,
      content: new Uint8Array(1),
      recordKey: undefined,
      recordTimeUs: undefined,
    }));
    await world.deps.ingestLog.append([], undefined, { quarantined });
  }

  async function kept(): Promise<string> {
    const rows = await world.deps.ingestLog.listQuarantine({}, { rowsMax: 100 });
    return rows.map(({ message }) => message).join("");
  }

  it("drops refused rows after their retention, where this process holds the first partition", async () => {
    await refuse("a");
    await world.clock.advance(1_800_000);
    await refuse("b");
    const upkeep = new Upkeep(world.deps, holder);
    await upkeep.run(never);
    expect(await kept()).toBe("ba");
    await world.clock.advance(1_900_000);
    await new Upkeep(world.deps, { leases: () => [{ partition: 1, epoch: 1n }] }).run(never);
    expect(await kept()).toBe("ba");
    await upkeep.run(never);
    expect(await kept()).toBe("b");
    expect(told).toEqual([]);
  });

  it("tells how many refused rows a full quarantine has lost since it was told last", async () => {
    const upkeep = new Upkeep(world.deps, holder);
    await refuse("a", "b", "c");
    await upkeep.run(never);
    await refuse("d", "e", "f");
    await upkeep.run(never);
    await upkeep.run(never);
    expect(told.map(({ level, fields }) => ({ level, fields }))).toEqual([
      { level: "warn", fields: { viewId: 7, rows: 3 } },
    ]);
  });

  it("makes one run of old ones", async () => {
    const { offlineCatalog } = world.deps;
    const { id } = world.view("airport_hourly");
    for (let i = 0; i < runsKept + 2; i++) {
      const run = await offlineCatalog.beginRun(id, timeMinUs, BigInt(i), 0n);
      const counts = { rowsRead: 1, rowsWritten: 1, eventTimeMaxUs: undefined, createdTimeMaxUs: undefined };
      await offlineCatalog.finishRun(run, { finishedAtUs: 0n, ...counts });
    }
    await new Upkeep(world.deps, holder).run(never);
    expect((await offlineCatalog.finishedRuns(id)).length).toBe(runsKept + 1);
  });

  it("goes on with the other steps where one fails, and tells why", async () => {
    await refuse("a");
    const broken = world.with({
      offlineCatalog: Object.assign(world.deps.offlineCatalog, {
        manifest: () => Promise.reject(new Error("no database")),
      }),
    });
    await world.clock.advance(3_700_000);
    await new Upkeep(broken.deps, holder).run(never);
    expect(told.map(({ message }) => message)).toEqual([
      "segments cannot be merged now; trying again later",
      "files that no manifest names cannot be deleted now; trying again later",
    ]);
    expect(await kept()).toBe("");
  });
});
