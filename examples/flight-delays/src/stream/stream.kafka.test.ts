import { expect, test } from "vitest";
import { temporaryFolder } from "../prepare.testdata.ts";
import { runStream } from "./run-stream.ts";
import { wrongRecords } from "./topic.ts";

const timeoutMs = 240_000;

test(
  "a week of flights through Kafka answers windows of one hour and one day as a loop over the flights does (semantics 11)",
  async () => {
    await using folder = await temporaryFolder();
    const told: string[] = [];
    const summary = await runStream({
      outDirectory: folder.path,
      say: (line) => void told.push(line),
      nowMs: () => performance.now(),
    });
    expect(summary.differences).toEqual([]);
    expect(summary.instants).toBe(7);
    expect(summary.flights).toBeGreaterThan(100_000);
    expect(summary.answers).toBeGreaterThan(7 * 8 * 200);
    expect(summary.quarantined).toHaveLength(wrongRecords.length);
  },
  timeoutMs,
);
