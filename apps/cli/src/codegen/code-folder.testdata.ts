import { makeTempFolder, repoRoot } from "@timewell/setup";
import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { GeneratedFile } from "./generation.ts";

const compilerOptions = {
  skipLibCheck: false,
  noUnusedLocals: true,
  noUnusedParameters: true,
  typeRoots: [join(repoRoot, "node_modules/@types")],
};

/** A folder of somebody's TypeScript and Python code, where the packages of this repository can be imported. */
export function makeCodeFolder(): string {
  const folder = makeTempFolder("code");
  symlinkSync(join(repoRoot, "node_modules"), join(folder, "node_modules"));
  const base = { extends: join(repoRoot, "tsconfig.base.json"), include: ["."], compilerOptions };
  writeFiles(folder, [
    { path: "package.json", content: JSON.stringify({ type: "module" }) },
    { path: "tsconfig.json", content: JSON.stringify(base) },
  ]);
  return folder;
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: readonly GeneratedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const execute = promisify(execFile);

/** Runs a program in a folder and returns its stdout; rejects with all its output where it fails. */
export async function runIn(folder: string, program: string, ...args: string[]): Promise<string> {
  try {
    const options = { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 } as const;
    return (await execute(program, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** A program that npm installed here. */
export function npmProgram(name: string): string {
  return join(repoRoot, "node_modules/.bin", name);
}
