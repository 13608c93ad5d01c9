// Runs a TypeScript file of this repository on the Node 24 that npm installs here, whatever node (20 or later)
// runs this file, and installs the dependencies first where they are missing or differ from the lock.
//
//   node tools/setup/bootstrap.mjs apps/cli/src/main.ts --help
//
// Plain JavaScript on purpose: it must work before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const bin = path.join(root, "node_modules/.bin");
const node24 = path.join(bin, "node");

function readPackages(file) {
  return JSON.parse(readFileSync(path.join(root, file), "utf8")).packages;
}

/** True when every package of the lock is installed in the version that it names. */
export function isInstalled() {
  if (!existsSync(node24) || !existsSync(path.join(root, "node_modules/.package-lock.json"))) return false;
  const installed = readPackages("node_modules/.package-lock.json");
  return Object.entries(readPackages("package-lock.json")).every(([name, wanted]) => {
    if (!name.startsWith("node_modules/")) return true;
    const found = installed[name];
    // Packages for other platforms are never installed.
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function install() {
  console.error("Installing the dependencies that package-lock.json names (npm ci).");
  const args = ["ci", "--loglevel=error", "--no-audit", "--no-fund"];
  const result = spawnSync("npm", args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (result.status !== 0 || !existsSync(node24)) {
    console.error(
      "Cannot install the dependencies: npm ci failed. Read its output above, then run npm ci again.",
    );
    process.exit(1);
  }
}

/** Runs a script on Node 24 with the given arguments, passes signals on, and ends as the script ends. */
export function runWithNode24(script, args) {
  if (!isInstalled()) install();
  const env = { ...process.env, PATH: bin + path.delimiter + (process.env.PATH ?? "") };
  const child = spawn(node24, [script, ...args], { stdio: "inherit", env });
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) {
    // At a terminal, Ctrl-C reaches the whole group by itself.
    process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.on("error", (error) => {
    console.error(`Cannot start ${node24}: ${error.message}. Run npm ci.`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0)));
}

const startedDirectly =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (startedDirectly) {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined) {
    console.error(
      "Cannot start: no script given. Usage: node tools/setup/bootstrap.mjs <file.ts> [arguments]",
    );
    process.exit(2);
  }
  runWithNode24(path.resolve(root, script), args);
}
