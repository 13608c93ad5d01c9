import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@timewell/ttl";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeIo } from "./fake-io.testdata.ts";
import { runCli } from "./run-cli.ts";
import { spawnCli, startTestStandalone, type TestStandalone } from "./standalone.testdata.ts";

const root = mkdtempSync(join(tmpdir(), "timewell-erase-"));
const cwd = join(root, "shop");
let standalone: TestStandalone;

async function run(...args: string[]) {
  const io = fakeIo({ cwd, clock: systemClock() });
  const code = await runCli([...args, ...standalone.flags], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

const statusOf = async (user: string) => {
  const { stdout } = await run("get", "user_daily:orders", "--key", `user_id=${user}`, "--output", "json");
  const answer = JSON.parse(stdout) as { rows: { views: { user_daily: { status: string } } }[] };
  return answer.rows[0]!.views.user_daily.status;
};

const push = (user: string, ...more: string[]) =>
  run("push", "user_daily", "--key", `user_id=${user}`, "--set", "orders=5", "--wait", "online", ...more);

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

test("delete rows removes what is at or before its time, and leaves what is later (semantics 17)", async () => {
  for (const user of ["soft_1", "soft_2", "soft_3"])
    expect(await push(user, "--event-time", "-1h")).toMatchObject({ code: 0 });
  const at = new Date(Date.now() - 7_200_000).toISOString();
  const early = await run("delete", "rows", "user_daily", "--key", "user_id=soft_1", "--at", at);
  expect(early).toMatchObject({ code: 0, stdout: expect.stringContaining("Deleted 1 of 1 rows") as string });
  writeFileSync(join(cwd, "keys.json"), JSON.stringify([{ user_id: "soft_2" }, { user_id: "soft_3" }]));
  const many = await run("delete", "rows", "user_daily", "--file", "keys.json");
  expect(many.stdout).toContain("Deleted 2 of 2 rows of user_daily");
  await expect.poll(() => statusOf("soft_3")).toBe("NOT_FOUND");
  expect(await Promise.all(["soft_1", "soft_2"].map(statusOf))).toEqual(["PRESENT", "NOT_FOUND"]);
});

test("delete rows asks for keys, and keys are not for definitions", async () => {
  expect((await run("delete", "rows", "user_daily")).stderr).toContain("Cannot tell which rows to delete");
  const mixed = await run("delete", "feature-view", "user_daily", "--key", "user_id=1");
  expect(mixed).toMatchObject({ code: 1, stderr: expect.stringContaining("with a definition") as string });
});

test("erase shows what is there, removes it only with --yes, and --verify finds nothing left", async () => {
  expect(await push("hard", "--event-time", "-1h")).toMatchObject({ code: 0 });
  const shown = await run("erase", "user", "user_id=hard");
  expect(shown).toMatchObject({ code: 2, stderr: expect.stringContaining("Nothing is removed") as string });
  expect(shown.stdout).toMatch(/Online rows +1/);
  expect(await run("erase", "user", "user_id=hard", "--verify")).toMatchObject({ code: 1 });
  const erased = await run(
    "erase",
    "user",
    "user_id=hard",
    "--yes",
    "--reason",
    "asked for",
    "--output",
    "json",
  );
  const receipt = JSON.parse(erased.stdout) as { id: string };
  expect(receipt).toMatchObject({ onlineRows: "1", logRows: "1", reason: "asked for" });
  const verified = await run("erase", "user", "user_id=hard", "--verify");
  expect(verified.stdout).toContain(`Nothing of this user is left in Timewell; erased by ${receipt.id}.`);
  expect(verified.code).toBe(0);
  expect(await statusOf("hard")).toBe("NOT_FOUND");
});
