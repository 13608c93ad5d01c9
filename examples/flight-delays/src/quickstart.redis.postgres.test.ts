import { expect, test } from "vitest";
import { temporaryFolder } from "./prepare.testdata.ts";
import { expectProof, expectTrainingSet, runQuickstartProcess } from "./quickstart.testdata.ts";

const timeoutMs = 240_000;

test(
  "npm run quickstart:servers proves the promise on Redis and PostgreSQL with four processes",
  async () => {
    await using folder = await temporaryFolder();
    const run = await runQuickstartProcess(folder.path, "--servers");
    expect(run.output).toContain("0 differences");
    expect(run.exitCode).toBe(0);
    expect(run.summary.deployment).toBe("servers");
    expectProof(run.summary);
    await expectTrainingSet(folder.path, run.summary);
  },
  timeoutMs,
);

test(
  "npm run quickstart:servers --break-one finds the row that it altered",
  async () => {
    await using folder = await temporaryFolder();
    const { summary, exitCode } = await runQuickstartProcess(folder.path, "--servers", "--break-one");
    expect(summary.broken).toMatch(/route_daily__mean_delay/);
    expect(summary.instants.map((instant) => instant.differences)).toEqual([0, 0, 0, 0, 1]);
    expect(summary.differences).toBe(1);
    expect(exitCode).toBe(1);
  },
  timeoutMs,
);
