import { collectedOutput } from "./runner.ts";
import type { Counts, Runner } from "./runner.ts";

/** What came of a list of runners. */
export interface Outcome extends Counts {
  /** The runners with a failure. */
  readonly red: readonly Runner[];
}

async function runOne(runner: Runner): Promise<Counts> {
  try {
    return await runner.run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  }
}

/** Runs all in order, prints a line for each, and adds up. With `stopAtFirstFailure` the rest is left out. */
export async function runAll(runners: readonly Runner[], stopAtFirstFailure = false): Promise<Outcome> {
  const red: Runner[] = [];
  let [passed, failed] = [0, 0];
  for (const runner of runners) {
    const startedMs = performance.now();
    console.log(`\n▶ ${runner.name}`);
    const counts = await runOne(runner);
    passed += counts.passed;
    failed += counts.failed;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    if (counts.failed === 0) {
      console.log(`✔ ${runner.name}: ${counts.passed} passed in ${seconds} s`);
      continue;
    }
    red.push(runner);
    console.log(`✘ ${runner.name}: ${counts.failed} failed in ${seconds} s. ${runner.remedy}`);
    if (stopAtFirstFailure) break;
  }
  return { passed, failed, red };
}

/** Runs a list beside another, whose programs' output is printed when each is done; adds both up. */
export async function runBeside(shown: readonly Runner[], quiet: readonly Runner[]): Promise<Outcome> {
  const collecting = quiet.map((runner) => ({ ...runner, run: () => runQuietly(runner) }));
  const [first, second] = await Promise.all([runAll(shown), runAll(collecting)]);
  return {
    passed: first.passed + second.passed,
    failed: first.failed + second.failed,
    red: [...first.red, ...second.red],
  };
}

function runQuietly(runner: Runner): Promise<Counts> {
  const output: Buffer[] = [];
  return collectedOutput.run(output, () =>
    runner.run().finally(() => process.stdout.write(Buffer.concat(output))),
  );
}
