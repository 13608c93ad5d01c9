import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makeTempFolder } from "@timewell/setup";
import { expect, test } from "vitest";
import { trainingFigures } from "./benches/training/figures.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

test("training --quick measures every figure that needs no Feast, and writes it with its unit and target", () => {
  const file = path.join(makeTempFolder("bench"), "figures.json");
  const args = [main, "training", "--quick", "--json", file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const { figures } = JSON.parse(readFileSync(file, "utf8")) as { figures: Record<string, unknown>[] };
  const wanted = Object.entries(trainingFigures).filter(([, { part }]) => !part.startsWith("feast"));
  expect(figures).toEqual(
    wanted.map(([name, { unit, target, better }]) => {
      return { name, value: expect.any(Number) as number, unit, target, better };
    }),
  );
  expect(stdout).not.toContain("NOT MEASURED");
  for (const size of ["2000", "70000"]) expect(stderr).toContain(`Comparing the answers, ${size} labels`);
  expect(stderr.match(/Timewell, bare DuckDB and Polars agree/g)).toHaveLength(2);
  for (const [name] of wanted) expect(stdout).toContain(name);
}, 300_000);
