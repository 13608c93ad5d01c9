import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appMain, type AppName } from "./app-names.ts";

/** Longest wait for an app that was asked to end. */
const stopTimeoutMs = 20_000;

/** An app that runs as a child process. */
export interface ChildApp {
  readonly process: ChildProcess;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number>;
  /** Asks it to finish what it is doing and to end. */
  stop(): void;
}

/** Starts an app on the same Node, with the flags as they are. `stdout` and `stderr` are its own, or pipes. */
export function startApp(
  name: AppName,
  flags: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string; readonly output: "inherit" | "pipe" },
): ChildApp {
  const child = spawn(process.execPath, [appMain(name), ...flags], {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", options.output, options.output],
  });
  const ended = once(child, "exit").then(([code]) => (typeof code === "number" ? code : 1));
  return {
    process: child,
    ended,
    stop() {
      child.kill("SIGTERM");
      const killer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      void ended.finally(() => clearTimeout(killer));
    },
  };
}
