import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { missingPackages, installHint } from "./ensure-servers.ts";
import { missingPython } from "./missing-python.ts";
import { makeTempFolder } from "./temp-folder.ts";

afterEach(() => vi.unstubAllEnvs());

/** Puts a `python3` that exits with this code before all others. */
function fakePython(exitCode: number): void {
  const folder = makeTempFolder("path");
  const program = path.join(folder, "python3");
  writeFileSync(program, `#!/bin/sh\nexit ${exitCode}\n`);
  chmodSync(program, 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
}

test("missingPython() is content with a Python that can make environments", () => {
  expect(missingPython()).toEqual([]);
});

test("missingPython() asks for Python where there is none", () => {
  vi.stubEnv("PATH", makeTempFolder("path"));
  expect(missingPython()).toEqual(["python3", "python3-venv"]);
});

test("missingPackages() asks for venv where Python cannot make environments", () => {
  fakePython(1);
  expect(missingPackages()).toContain("python3-venv");
  expect(installHint(["python3", "python3-venv"])).toContain(
    "apt-get install --no-install-recommends python3 python3-venv",
  );
});
