import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { copyEmbeddedDatabase } from "@timewell/setup";
import { startApp } from "./apps/child-app.ts";

const mainPath = fileURLToPath(import.meta.resolve("./main.ts"));

/** A standalone app for tests, on free ports. */
export interface TestStandalone {
  /** Flags that name its four addresses. */
  readonly flags: readonly string[];
  stop(): Promise<void>;
}

/** Starts one; everything is kept in `dataDir`, sources lie below `dataRoot`. */
export async function startTestStandalone(dataDir: string, dataRoot: string): Promise<TestStandalone> {
  await copyEmbeddedDatabase(dataDir);
  const names = ["registry", "serving", "retrieval", "ingestion", "http"];
  const listen = names.map((name) => [`--${name}-listen`, "127.0.0.1:0"]).flat();
  const flags = [...listen, "--data-dir", dataDir, "--data-root", dataRoot, "--flush-interval", "1s"];
  const app = startApp("standalone", flags, { env: process.env, cwd: dataRoot, output: "pipe" });
  let log = "";
  app.process.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  for await (const line of createInterface(app.process.stdout!)) {
    if (!line.startsWith("{")) continue;
    app.process.stdout?.resume();
    const { endpoints } = JSON.parse(line) as { endpoints: Record<string, string> };
    return {
      flags: names.slice(0, 4).flatMap((name) => [`--${name}`, endpoints[name] ?? ""]),
      async stop() {
        app.stop();
        await app.ended;
      },
    };
  }
  throw new Error(`Cannot start the standalone app:\n${log.slice(-2_000)}`);
}

/** Runs the command as a process of its own, as a shell would. */
export async function spawnCli(args: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [mainPath, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (written.stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...written };
}
