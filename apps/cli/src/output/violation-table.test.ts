import { create } from "@bufbuild/protobuf";
import { GetIngestionStatusResponseSchema } from "@timewell/contracts";
import { expect, it } from "vitest";
import { violationTable } from "./violation-table.ts";

it("violationTable() names constraints and how many rows broke them, and is empty where none did", () => {
  const view = { view: "airport_hourly", version: 2, violations: { fresh_within: 7n, delay_range: 12_345n } };
  const table = violationTable(
    create(GetIngestionStatusResponseSchema, { views: [view, { view: "other" }] }),
  );
  expect(
    table
      .split("\n")
      .filter((line) => !line.startsWith("─"))
      .map((line) => line.trim().split(/ {2,}/)),
  ).toEqual([
    [""],
    ["VIEW", "CONSTRAINT", "BROKEN BY ROWS"],
    ["airport_hourly@2", "delay_range", "12,345"],
    ["airport_hourly@2", "fresh_within", "7"],
    [""],
  ]);
  expect(violationTable(create(GetIngestionStatusResponseSchema))).toBe("");
});
