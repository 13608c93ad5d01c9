import { expect, test, vi } from "vitest";
import { seededRandom } from "./harness/seeded-random.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { runIngestionKills } from "./ingestion-kills/run-ingestion-kills.ts";

vi.setConfig({ testTimeout: 5 * slowMachineMs });

test("ingestion loses and doubles nothing over 10 kills at its fail points, and one each of Redis and PostgreSQL (semantics 12)", async () => {
  const told: string[] = [];
  const say = (line: string) => void told.push(line);
  const result = await runIngestionKills({ kills: 10, storeKills: 1, random: seededRandom(), say });
  console.log(told.join("\n"));
  expect([...result.byPoint.values()].reduce((sum, kills) => sum + kills, 0)).toBe(10);
  expect(result.ackedRows).toBeGreaterThan(0);
  expect(result.records).toBeGreaterThan(0n);
});
