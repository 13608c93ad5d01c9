import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { findBinary } from "./find-binary.ts";
import { lockMinutesMax, withLock } from "./with-lock.ts";

/**
 * Makes a Python environment with these packages of PyPI, each pinned as `name==version`, and returns the path of its
 * `python`. It is kept in the user's cache folder and made once for each set of packages, also where several processes ask
 * at the same time. Needs python3 (3.10 or later) with venv.
 */
export async function pythonEnvironment(packages: readonly string[]): Promise<string> {
  const python3 = findBinary("python3");
  if (python3 === undefined)
    throw new Error(
      "Cannot make a Python environment: there is no python3 in the PATH. Install Python 3.10 or later.",
    );
  const digest = createHash("sha256").update(packages.join("\n")).digest("hex").slice(0, 16);
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  const folder = path.join(cache, "timewell", "python", digest);
  const python = path.join(folder, "bin", "python");
  const complete = path.join(folder, "complete");
  mkdirSync(path.dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, () => {
    if (existsSync(complete)) return;
    rmSync(folder, { recursive: true, force: true });
    console.error(`Making a Python environment in ${folder}, once.`);
    run(python3, ["-m", "venv", folder]);
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]);
    writeFileSync(complete, `${packages.join("\n")}\n`);
  });
  return python;
}

function run(program: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: lockMinutesMax * 60_000,
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  throw new Error(`Cannot make a Python environment: ${[program, ...args].join(" ")} failed: ${reason}`);
}
