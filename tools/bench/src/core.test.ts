import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makeTempFolder } from "@timewell/setup";
import { describe, expect, test } from "vitest";
import { core } from "./benches/core.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

function bench(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
}

describe("npm run bench", () => {
  test("lists every bench and what its figures measure", () => {
    const { status, stdout } = bench();
    expect(status).toBe(0);
    for (const text of [core.name, ...Object.keys(core.measures), ...Object.values(core.measures)])
      expect(stdout).toContain(text);
  });

  test("refuses a name that it does not know, and names those it does", () => {
    const { status, stderr } = bench("cor");
    expect(status).toBe(2);
    expect(stderr).toContain("Name one of core");
  });

  test("core --quick measures every figure and writes it with its unit and target", () => {
    const file = path.join(makeTempFolder("bench"), "figures.json");
    const { status, stdout, stderr } = bench("core", "--quick", "--json", file);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { figures } = JSON.parse(readFileSync(file, "utf8")) as { figures: Record<string, unknown>[] };
    expect(figures).toEqual([
      figure("training_stream", "× of DuckDB", 2, "lower"),
      figure("training_stream_upload", "× of DuckDB", 2, "lower"),
      figure("materialize", "of SET", 0.6, "higher"),
      figure("training_memory", "MiB", 1024 + 400, "lower"),
      figure("materialize_memory", "MiB", 1024 + 400, "lower"),
    ]);
    for (const { name } of figures) expect(stdout).toContain(name);
  }, 120_000);
});

/** A figure of any value: how quick a machine is, no test can know. */
function figure(name: string, unit: string, target: number, better: string) {
  return { name, value: expect.any(Number) as number, unit, target, better };
}
