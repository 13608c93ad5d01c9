import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makeTempFolder } from "@timewell/setup";
import { expect, test } from "vitest";
import { ingestionFigures } from "./benches/ingestion/figures.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

test("ingestion --quick measures every figure that needs no Feast, and writes it with its unit and target", () => {
  const file = path.join(makeTempFolder("bench"), "figures.json");
  const args = [main, "ingestion", "--quick", "--json", file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const { figures } = JSON.parse(readFileSync(file, "utf8")) as { figures: Record<string, unknown>[] };
  const wanted = Object.entries(ingestionFigures).filter(
    ([name]) => !name.startsWith("materialize_vs_feast"),
  );
  expect(figures).toEqual(
    wanted.map(([name, { unit, target, better }]) => {
      return { name, value: expect.any(Number) as number, unit, target, better };
    }),
  );
  for (const [name] of wanted) expect(stdout).toContain(name);
  expect(stdout).toContain("Bytes of an entity's tiles");
}, 300_000);
