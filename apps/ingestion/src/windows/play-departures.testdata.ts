import { expect } from "vitest";

import type { IngestionWorld } from "../ingestion-world.testdata.ts";
import { airports, type Departure, naiveAnswer, onlineAnswer, pushRow } from "./windows-world.testdata.ts";

/** Events that are played into the world of a test, and what must be read of them. */
export interface PlayedDepartures {
  /** Those that were pushed so far. */
  readonly pushed: Departure[];
  /** Pushes events, all of which must be taken. */
  push(events: readonly Departure[]): Promise<void>;
  /** Waits until the online store has all of the log. */
  applied(): Promise<void>;
  /** Compares what every airport answers now with the naive rule. */
  expectAnswers(): Promise<void>;
}

/** Plays departures into the world that `worldOf` gives at the time of each call. */
export function playDepartures(worldOf: () => IngestionWorld): PlayedDepartures {
  const pushed: Departure[] = [];
  return {
    pushed,
    async push(events) {
      const { results } = await worldOf().push({ featureView: "departures", rows: events.map(pushRow) });
      expect(results.map(({ outcome }) => outcome.case)).toEqual(events.map(() => "position"));
      pushed.push(...events);
    },
    async applied() {
      const world = worldOf();
      await world.until(async () =>
        (await world.deps.ingestLog.progress()).every((partition) => partition.applied === partition.head),
      );
    },
    async expectAnswers() {
      const world = worldOf();
      const nowUs = world.clock.nowUs();
      for (const airport of airports) {
        const expected = naiveAnswer(world, pushed, airport, nowUs);
        expect(await onlineAnswer(world, airport, nowUs), airport).toEqual(
          expected.map((value) => (typeof value === "number" ? expect.closeTo(value, 9) : value)),
        );
      }
    },
  };
}
