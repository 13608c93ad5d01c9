// `npm run ok`: the same gate as `npm test`, for the desk: it stops at the first failure and names the remedy.
import { ensureTestPrograms } from "./ensure-servers.ts";
import { pythonRunners } from "./python-runners.ts";
import { runAll } from "./run-all.ts";
import { staticRunners } from "./static-runners.ts";
import { vitestRunner } from "./vitest-runner.ts";

ensureTestPrograms();
const { passed, failed } = await runAll([...staticRunners, vitestRunner(), ...pythonRunners], true);
process.exitCode = failed === 0 ? 0 : 1;
console.log(failed === 0 ? `\nok: ${passed} passed` : "\nnot ok");
