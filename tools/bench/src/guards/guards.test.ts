import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "@timewell/setup";
import { expect, it } from "vitest";
import { guards } from "./run-guards.ts";

const read = (file: string) => readFileSync(path.join(repoRoot, file), "utf8");

it("every guard that `npm run soak -- guards` removes is there exactly once, and its test is there", () => {
  const problems = guards.flatMap(({ what, file, text, without, test, title }) => {
    const found = read(file).split(text).length - 1;
    const isTested =
      existsSync(path.join(repoRoot, test)) && (title === undefined || read(test).includes(title));
    if (found === 1 && without !== text && isTested) return [];
    return [`${what}: ${found} times in ${file}${isTested ? "" : `, and no test ${test} ${title ?? ""}`}`];
  });
  expect(problems).toEqual([]);
  expect(new Set(guards.map(({ what }) => what)).size).toBe(guards.length);
});
