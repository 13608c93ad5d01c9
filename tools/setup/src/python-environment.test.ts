import { spawnSync } from "node:child_process";
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
