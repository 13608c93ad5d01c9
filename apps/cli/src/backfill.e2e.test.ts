import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { spawnCli, startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const root = mkdtempSync(join(tmpdir(), "timewell-backfill-"));
const cwd = join(root, "shop");
let standalone: TestStandalone;

async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

beforeAll(async () => {
  mkdirSync(cwd);
  expect((await spawnCli(["init"], cwd)).code).toBe(0);
  standalone = await startTestStandalone(join(root, "data"), cwd);
  expect((await run("apply")).code).toBe(0);
});

afterAll(async () => {
  await standalone?.stop();
  rmSync(root, { recursive: true, force: true });
});

test("backfill goes by chunks, and does none twice", async () => {
  const today = new Date();
  today.setUTCHours(0, 0, 0, 0);
  const range = [
    "--from",
    new Date(today.getTime() - 30 * 86_400_000).toISOString(),
    "--to",
    today.toISOString(),
  ];
  const first = await run("backfill", "user_daily", ...range, "--chunk", "10d", "--output", "json");
  expect(JSON.parse(first.stdout)).toMatchObject({ chunks: 3, chunksBefore: 0 });
  const again = await run("backfill", "user_daily", ...range, "--chunk", "10d");
  expect(again.stdout).toContain("0 rows read");
  expect(again.stdout).toContain("3 chunks, 3 of them done before.");
  expect((await run("backfill", "user_daily", ...range, "--parallel", "9")).stderr).toContain(
    "expected 1 to 8",
  );
});
