import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { repoRoot } from "./repo-root.ts";

/** How many checks passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** One part of the gate: a static check, or a whole test run. */
export interface Runner {
  /** What it checks, in a few words. */
  readonly name: string;
  /** How to mend a failure. */
  readonly remedy: string;
  /** Runs it; prints what is wrong. A throw counts as one failure. */
  run(): Promise<Counts>;
}

/** What programs write, where somebody collects it to print it later. */
export const collectedOutput = new AsyncLocalStorage<Buffer[]>();

/** Runs a program, in the repository's root or another folder, with its output passed through or collected; returns its exit code. */
export async function runProgram(program: string, args: readonly string[], cwd = repoRoot): Promise<number> {
  const collected = collectedOutput.getStore();
  const output = collected === undefined ? "inherit" : "pipe";
  const child = spawn(program, args, { cwd, stdio: ["ignore", output, output] });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => collected?.push(chunk));
  const closed = new Promise((resolve) => child.once("close", resolve));
  const [code] = (await once(child, "exit")) as [number | null];
  // What it started and left behind may hold its output open for ever.
  await Promise.race([closed, sleep(5_000, undefined, { ref: false })]);
  return code ?? 1;
}

/** Runs a program and returns what it printed; throws, with its errors, where it fails. */
export async function readProgram(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { cwd: repoRoot, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0)
    throw new Error(`Cannot run ${program} ${args.join(" ")}: exit code ${code}.\n${output}${errors}`);
  return output;
}
