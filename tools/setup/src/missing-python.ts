import { spawnSync } from "node:child_process";
import { findBinary } from "./find-binary.ts";

/** Fails where Python is too old, or where its venv cannot put pip into an environment: Debian has that in a package of its own. */
const probe = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))";

/** The Debian packages of Python 3.10 or later with venv, where this machine does not have it. */
export function missingPython(): string[] {
  const python3 = findBinary("python3");
  if (python3 !== undefined && spawnSync(python3, ["-c", probe], { stdio: "ignore" }).status === 0) return [];
  return ["python3", "python3-venv"];
}
