import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repoRoot } from "@timewell/setup";
import type { Guard } from "./guard.ts";
import { ingestionGuards } from "./ingestion-guards.ts";
import { logGuards } from "./log-guards.ts";
import { storeGuards } from "./store-guards.ts";

/** Every guard that is removed once. */
export const guards: readonly Guard[] = [...logGuards, ...storeGuards, ...ingestionGuards];

const parts = ["apps", "libs", "tools", "proto"];
const files = ["package.json", "tsconfig.json", "tsconfig.base.json", "vitest.config.ts"];
const scope = "@timewell";

/** The guards that have some words in their names or files. */
export function guardsNamed(words: string): readonly Guard[] {
  return guards.filter(({ what, file }) => `${what} ${file}`.includes(words));
}

/**
 * Removes each guard that is asked for from a copy of the repository, runs its test there, and says whether it turned red. True where
 * all did, and the tests are green with their guards.
 */
export async function runGuards(chosen: readonly Guard[], say: (line: string) => void): Promise<boolean> {
  const copy = await copyOfRepository();
  try {
    const whole = [...new Set(chosen.map(({ test }) => test))];
    if ((await runTests(copy, whole)) !== 0) {
      say(`The tests are not green before anything is removed: ${whole.join(" ")}`);
      return false;
    }
    let green = 0;
    for (const guard of chosen) {
      const isRed = await turnsRed(copy, guard);
      if (!isRed) green++;
      say(`${isRed ? "red  " : "GREEN"}  ${guard.what} (${guard.file}, ${path.basename(guard.test)})`);
    }
    say(`${chosen.length - green} of ${chosen.length} guards turned their tests red when they were removed.`);
    return green === 0;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function turnsRed(copy: string, { file, text, without, test, title }: Guard): Promise<boolean> {
  const place = path.join(copy, file);
  const before = await readFile(place, "utf8");
  if (before.split(text).length !== 2) throw new Error(`${file} does not have once: ${text}`);
  await writeFile(
    place,
    before.replace(text, () => without),
  );
  try {
    return (await runTests(copy, [test, ...(title === undefined ? [] : ["-t", title])])) !== 0;
  } finally {
    await writeFile(place, before);
  }
}

async function runTests(copy: string, args: readonly string[]): Promise<number | null> {
  const vitest = path.join(copy, "node_modules", ".bin", "vitest");
  const child = spawn(vitest, ["run", "--bail=1", ...args], { cwd: copy, stdio: "ignore" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** Packages of the repository are linked to the copies, all others to where they are. */
async function copyOfRepository(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), "timewell-guards-"));
  const isSource = (from: string) => !["node_modules", ".nx", "out"].includes(path.basename(from));
  for (const part of parts)
    await cp(path.join(repoRoot, part), path.join(copy, part), { recursive: true, filter: isSource });
  for (const file of files) await cp(path.join(repoRoot, file), path.join(copy, file));
  const modules = path.join(copy, "node_modules");
  await mkdir(path.join(modules, scope), { recursive: true });
  for (const name of await readdir(path.join(repoRoot, "node_modules")))
    if (name !== scope) await symlink(path.join(repoRoot, "node_modules", name), path.join(modules, name));
  for await (const folder of workspaces(copy)) {
    const { name } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as {
      name: string;
    };
    await symlink(folder, path.join(modules, name));
    const own = path.join(repoRoot, path.relative(copy, folder), "node_modules");
    await symlink(own, path.join(folder, "node_modules"));
  }
  return copy;
}

async function* workspaces(copy: string): AsyncGenerator<string> {
  for (const part of parts) yield* packagesBelow(path.join(copy, part));
}

async function* packagesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === "package.json")) {
    yield folder;
    return;
  }
  for (const entry of entries)
    if (entry.isDirectory() && entry.name !== "node_modules")
      yield* packagesBelow(path.join(folder, entry.name));
}
