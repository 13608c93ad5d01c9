// Part of `npm run format`: formats Python, and mends what ruff can mend by itself.
import { ruff } from "./ruff.ts";

await ruff("check", "--fix-only");
process.exitCode = await ruff("format");
