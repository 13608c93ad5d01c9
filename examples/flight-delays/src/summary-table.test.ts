import { expect, test } from "vitest";
import { summaryTable } from "./summary-table.ts";
import { goodSummary } from "./summary.testdata.ts";

test("summaryTable() lines up one row for each instant and their sum", () => {
  expect(summaryTable(goodSummary).split("\n")).toEqual([
    "read online as of (UTC)     new rows   keys  PRESENT  EXPIRED  NOT_FOUND  differences",
    "--------------------------  --------  -----  -------  -------  ---------  -----------",
    "2001-01-09 03:17:42.123456     5,563  1,000    2,496      318        186            0",
    "2001-02-14 12:00:00.000000   199,812  1,000    2,761       52        187            0",
    "--------------------------  --------  -----  -------  -------  ---------  -----------",
    "all instants                 205,375  2,000    5,257      370        373            0",
  ]);
});
