import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "@timewell/setup";
import { expect, test } from "vitest";
import { configFileName, serviceNames } from "./settings.ts";
import { spawnCli } from "./standalone.testdata.ts";

const mainPath = fileURLToPath(import.meta.resolve("./main.ts"));

async function waitFor(what: string, isTrue: () => boolean, output: () => string): Promise<void> {
  for (let i = 0; i < 900 && !isTrue(); i++) await delay(100);
  if (!isTrue()) throw new Error(`It never came to this: ${what}\n${output()}`);
}

test("dev serves, applies at the start and after each change, survives a mistake, and ends in good order", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "timewell-dev-"));
  await spawnCli(["init"], cwd);
  const urls: Record<string, string> = {};
  for (const name of serviceNames) urls[name] = `http://127.0.0.1:${await freePort()}`;
  writeFileSync(join(cwd, configFileName), JSON.stringify({ project: "shop", ...urls }));
  const env = { ...process.env, TIMEWELL_HTTP_LISTEN: "127.0.0.1:0" };
  const dev = spawn(process.execPath, [mainPath, "dev"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(dev, "exit");
  let output = "";
  const until = (what: string, isTrue: () => boolean) => waitFor(what, isTrue, () => output);
  for (const stream of [dev.stdout, dev.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  try {
    await until("applied", () => output.includes("Applied version 1 of project shop"));
    const path = join(cwd, "features.ts");
    const source = readFileSync(path, "utf8");
    writeFileSync(path, `${source}\nexport const broken = (`);
    await until("mistake told", () => output.includes("Cannot load"));
    writeFileSync(path, source.replace('ttl: "30d"', 'ttl: "60d"'));
    await until(
      "applied again",
      () => output.includes("ttl: 30d → 60d") && output.includes("Applied version 2"),
    );
    const status = await spawnCli(["status", "--output", "json"], cwd);
    expect(JSON.parse(status.stdout)).toMatchObject({ project: "shop", registryVersion: "2" });
    dev.kill("SIGTERM");
    expect((await ended)[0]).toBe(0);
  } finally {
    dev.kill("SIGKILL");
    rmSync(cwd, { recursive: true, force: true });
  }
}, 120_000);

test("serve passes flags on to the app", async () => {
  const help = await spawnCli(["serve", "ingestion", "--help"], tmpdir());
  expect(help.stdout).toContain("--backlog-rows-max");
  const wrong = await spawnCli(["serve", "--data-dirr", "x"], tmpdir());
  expect(wrong.stderr).toContain("--data-dir");
  expect(wrong.code).not.toBe(0);
});
