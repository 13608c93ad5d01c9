import { expect, test } from "vitest";
import { goodSummary } from "./summary.testdata.ts";
import { verdict } from "./verdict.ts";

test("verdict() is equal only where nothing differs and every status came up", () => {
  expect(verdict(goodSummary).isEqual).toBe(true);
  expect(verdict({ ...goodSummary, differences: 2 })).toEqual({ isEqual: false, text: "2 differences." });
  const hollow = verdict({ ...goodSummary, statuses: { present: 1, expired: 0, notFound: 1 } });
  expect(hollow).toMatchObject({ isEqual: false, text: expect.stringContaining("hollow") as string });
});

test("verdict() expects exactly 1 difference for an altered row", () => {
  const broken = { ...goodSummary, broken: "ATL to LGA" };
  expect(verdict({ ...broken, differences: 1 }).text).toMatch(/^1 difference, as it must be: .*ATL to LGA/);
  expect(verdict({ ...broken, differences: 0 }).text).toMatch(/^0 differences instead of exactly 1/);
  expect(verdict({ ...broken, differences: 1 }).isEqual).toBe(false);
});
