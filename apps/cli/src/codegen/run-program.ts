import { spawn } from "node:child_process";
import { buffer, text } from "node:stream/consumers";

/** How a program ended. */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Runs a program with `input` on its stdin. Rejects with the system's error where it cannot be started. */
export async function runProgram(
  program: string,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(),
): Promise<ProgramResult> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  // A program that ends before it has read everything says why by its exit code.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [exitCode, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}
