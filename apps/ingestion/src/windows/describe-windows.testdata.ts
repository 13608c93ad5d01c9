import { encodeKey } from "@timewell/keys";
import { readHeader } from "@timewell/row";
import type { OnlineStore } from "@timewell/store-ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Applier } from "../applier.ts";
import { IngestionWorld } from "../ingestion-world.testdata.ts";
import { playDepartures } from "./play-departures.testdata.ts";
import { departure, onlineAnswer, windowedView } from "./windows-world.testdata.ts";

const minuteUs = 60_000_000n;

/** Tests of the tiles of one online store; without `open` that in memory. Events play in `rounds`. */
export function describeWindows(name: string, open?: () => Promise<OnlineStore>, rounds = 8): void {
  describe(`windows in ${name}`, () => {
    let world: IngestionWorld;
    const { pushed, push, applied, expectAnswers } = playDepartures(() => world);

    beforeEach(async () => {
      pushed.length = 0;
      world = await IngestionWorld.create({}, await open?.());
    });
    afterEach(async () => {
      await world.close();
      await world.deps.onlineStore.close();
    });

    it("answer what the rule says while events play and appliers come and go (semantics 11)", async () => {
      world.applier.start();
      let i = 0;
      for (let round = 0; round < rounds; round++) {
        const nowUs = world.clock.nowUs();
        await push(Array.from({ length: 6 }, () => departure(i++, nowUs)));
        if (round % 3 === 2) {
          let isStopped = false;
          void world.applier.stop().then(() => (isStopped = true));
          await world.until(() => isStopped);
          world.applier = new Applier(world.deps);
          world.applier.start();
        }
        await applied();
        await expectAnswers();
        if (round + 1 < rounds) await world.clock.advance([500, 60_000, 7_200_000][round % 3]!);
      }
      await expectAnswers();
    });

    it("count an event once where a batch is applied again, and keep the stamp that was read first", async () => {
      let failures = 2;
      const log = new Proxy(world.deps.ingestLog, {
        get(target, name) {
          const member = Reflect.get(target, name) as unknown;
          if (name === "recordApplied" && failures > 0)
            return () => Promise.reject(new Error(`it fails, ${failures--} times`));
          return typeof member === "function" ? (member as () => unknown).bind(target) : member;
        },
      });
      world.applier = new Applier({ ...world.deps, ingestLog: log });
      world.applier.start();
      const nowUs = world.clock.nowUs();
      await push([0, 1, 2].map((i) => ({ ...departure(i, nowUs), airport: "SEA" })));
      await world.until(() => failures < 2);
      const [first] = await world.deps.onlineStore.read([
        { viewId: windowedView(world).id, entityKey: encodeKey(["STRING"], ["SEA"]) },
      ]);
      const stampUs = readHeader(first!).availableTimeUs!;
      await push([{ airport: "SEA", eventTimeUs: nowUs, flight: "late", delay: 1 }]);
      await applied();
      await expectAnswers();
      const rows = (
        await Promise.all(Array.from({ length: 64 }, (_, p) => world.deps.ingestLog.read(p, 0n, 10)))
      ).flat();
      expect(rows.map(({ availableTimeUs }) => availableTimeUs === stampUs)).toEqual([
        true,
        true,
        true,
        false,
      ]);
    });

    it("wait for the time of an event from the near future, and hold later events of its entity back until then", async () => {
      world.applier.start();
      const nowUs = world.clock.nowUs();
      await push([{ airport: "SEA", eventTimeUs: nowUs + minuteUs, flight: "early", delay: 1 }]);
      await push([{ airport: "SEA", eventTimeUs: nowUs, flight: "now", delay: 2 }]);
      await push([{ airport: "PDX", eventTimeUs: nowUs, flight: "other", delay: 3 }]);
      await world.until(async () => (await onlineAnswer(world, "PDX", nowUs))[0] === 1n);
      expect((await onlineAnswer(world, "SEA", nowUs))[0]).toBe(0n);
      await world.clock.advance(61_000);
      await applied();
      await expectAnswers();
    });
  });
}
