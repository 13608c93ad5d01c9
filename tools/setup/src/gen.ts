// `npm run gen`: the code of the contracts, for TypeScript and for Python. Both are checked in.
import { rmSync } from "node:fs";
import path from "node:path";
import { generatePythonContracts } from "./generate-python-contracts.ts";
import { repoRoot } from "./repo-root.ts";
import { readProgram } from "./runner.ts";

const pythonContracts = path.join(repoRoot, "python/timewell/src/timewell/_contracts");

await readProgram("buf", ["generate", "--template", "proto/buf.gen.yaml"]);
rmSync(pythonContracts, { recursive: true, force: true });
await generatePythonContracts(pythonContracts);
