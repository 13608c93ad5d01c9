// `npm test`: everything that decides whether a change may land. The last line is always "N passed, N failed".
// With arguments, only the test files that they name: `npm test -- libs/core/keys`, `npm test -- python/timewell/tests/test_collect.py`.
import { ensureTestPrograms } from "./ensure-servers.ts";
import { namedRunners } from "./named-runners.ts";
import { pythonRunners } from "./python-runners.ts";
import { runAll, runBeside } from "./run-all.ts";
import { staticRunners } from "./static-runners.ts";
import { useCompileCache } from "./use-compile-cache.ts";
import { vitestRunner } from "./vitest-runner.ts";

const args = process.argv.slice(2);
ensureTestPrograms();
useCompileCache();
const { passed, failed, red } =
  args.length > 0
    ? await runAll(namedRunners(args))
    : await runBeside([...staticRunners, vitestRunner()], pythonRunners);
if (red.length > 0) console.log(`\nFailed: ${red.map((runner) => runner.name).join(", ")}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
console.log(`\n${passed} passed, ${failed} failed`);
