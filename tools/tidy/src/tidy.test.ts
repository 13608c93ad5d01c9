import { describe, expect, test } from "vitest";
import { allRules } from "./all-rules.ts";
import { readRepo } from "./read-repo.ts";

const files = readRepo();

describe("in this repository", () => {
  test.each(allRules)("$name", (rule) => {
    expect(rule.check(files).map(({ where, message }) => `${where}: ${message}`)).toEqual([]);
  });
});
