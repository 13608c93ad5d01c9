import { expect, test, vi } from "vitest";
import { seededRandom } from "./harness/seeded-random.ts";
import { slowMachineMs } from "./harness/slow-machine.ts";
import { runTrainingKills } from "./training-kills/run-training-kills.ts";

vi.setConfig({ testTimeout: 3 * slowMachineMs });

test("training sets end in the same bytes and digests after 10 kills of server and connections (semantics 16)", async () => {
  const told: string[] = [];
  const result = await runTrainingKills({
    kills: 10,
    random: seededRandom(),
    say: (line) => void told.push(line),
  });
  console.log(told.join("\n"));
  expect(result.connectionKills + result.serverKills).toBe(10);
});
