import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A model server that runs as a process of its own. */
export interface RunningModelServer {
  readonly url: string;
  stop(): Promise<number | null>;
}

/** Starts a model server with features from `servingUrl`, as its README says, on a free port. */
export async function startModelServer(
  command: readonly [string, ...string[]],
  servingUrl: string,
): Promise<RunningModelServer> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: join(import.meta.dirname, "../python"),
    env: { ...process.env, TIMEWELL_SERVING: servingUrl, PORT: "0", TIMEOUT_MS: "2000" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit") as Promise<[number | null]>;
  for await (const line of createInterface(child.stdout)) {
    const url = /^Listening on (http:.*)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      async stop() {
        child.kill("SIGTERM");
        return (await ended)[0];
      },
    };
  }
  throw new Error(`Cannot start ${command.join(" ")}`);
}

/** The command that starts the server in TypeScript. */
export const typescriptServer = [process.execPath, join(import.meta.dirname, "main.ts")] as const;

/** The command that starts the server in Python. */
export function pythonServer(python: string) {
  return [python, "-m", "model_server"] as const;
}

/** Asks for a prediction, or for anything else with another path or method. */
export async function ask(url: string, body: unknown, path = "/predict", method = "POST") {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${url}${path}`, { method, ...(method !== "GET" && { body: text }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
