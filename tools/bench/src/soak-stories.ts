import { spawn } from "node:child_process";
import { once } from "node:events";
import { repoRoot } from "@timewell/setup";

const folder = "apps/standalone/src/stories";

/** Of as many stories of rows on embedded engines, one is told on Redis and PostgreSQL, where time passes as it does. */
const embeddedPerServer = 10;

/**
 * Tells many random stories of rows and events that come late, twice, are corrected, deleted and lost, on embedded engines and on servers; true where
 * training said of each what callers had got.
 */
export async function soakStories(runs: number): Promise<boolean> {
  const files = [
    ["serving-equals-training.test.ts", runs],
    ["windows-equal-training.test.ts", runs],
    ["serving-equals-training.redis.postgres.test.ts", Math.ceil(runs / embeddedPerServer)],
  ] as const;
  for (const [file, count] of files) if ((await tell(`${folder}/${file}`, count)) !== 0) return false;
  return true;
}

async function tell(file: string, runs: number): Promise<number> {
  const timeoutMs = 600_000 + runs * 20_000;
  const child = spawn("vitest", ["run", file], {
    cwd: repoRoot,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, TIMEWELL_RUNS: String(runs), TIMEWELL_RUNS_TIMEOUT_MS: String(timeoutMs) },
  });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
