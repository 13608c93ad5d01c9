import { expect, test } from "vitest";
import { temporaryFolder } from "./prepare.testdata.ts";
import { expectProof, expectTrainingSet, runQuickstartProcess } from "./quickstart.testdata.ts";

const timeoutMs = 240_000;

test(
  "npm run quickstart proves the promise on the embedded engines, and finds a row altered on purpose when run again",
  async () => {
    await using folder = await temporaryFolder();
    const run = await runQuickstartProcess(folder.path);
    expect(run.output).toContain("0 differences");
    expect(run.exitCode).toBe(0);
    expectProof(run.summary);
    await expectTrainingSet(folder.path, run.summary);

    const broken = await runQuickstartProcess(folder.path, "--break-one");
    expect(broken.summary.differences).toBe(1);
    expect(broken.summary.instants.map((instant) => instant.differences)).toEqual([0, 0, 0, 0, 1]);
    expect(broken.summary.training.differences).toBe(0);
    expect(broken.output).toContain("1 difference, as it must be");
    expect(broken.exitCode).toBe(1);
  },
  timeoutMs,
);
