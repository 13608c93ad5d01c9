import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { pythonEnvironment } from "./python-environment.ts";

test("pythonEnvironment() makes one environment of pinned packages for all who ask", async () => {
  const packages = ["six==1.16.0"];
  const [python, same] = await Promise.all([pythonEnvironment(packages), pythonEnvironment(packages)]);
  const version = spawnSync(python, ["-c", "import six; print(six.__version__)"], { encoding: "utf8" });
  expect(version.stdout.trim()).toBe("1.16.0");
  expect(same).toBe(python);
});

test("pythonEnvironment() says which package cannot be had, and leaves nothing behind", async () => {
  const made = pythonEnvironment(["six==0.0.0"]);
  await expect(made).rejects.toThrow(/Cannot make a Python environment.*six==0\.0\.0/s);
});

test("pythonEnvironment() does not wait for a process that was killed while it made the same one", async () => {
  const packages = ["six==1.16.0"];
  const python = await pythonEnvironment(packages);
  const lock = `${path.resolve(python, "../..")}.lock`;
  mkdirSync(lock, { recursive: true });
  writeFileSync(path.join(lock, "owner"), String(spawnSync("true").pid));
  const startedMs = performance.now();
  expect(await pythonEnvironment(packages)).toBe(python);
  expect(performance.now() - startedMs).toBeLessThan(30_000);
});
