import type { OnlineRow } from "@timewell/client";
import { describe, expect, test } from "vitest";
import { compareOnline } from "./compare-online.ts";
import type { NaiveUse } from "./naive-service.ts";

const key = { origin: "ATL", destination: "LGA" };

const same: OnlineRow = {
  statuses: { origin: "PRESENT", route_daily: "EXPIRED" },
  values: { origin__departures: 5n, origin__mean_delay: null, route_daily__flights: null },
};

function expected(): readonly NaiveUse[] {
  const originColumns = ["origin__departures", "origin__mean_delay"];
  return [
    { name: "origin", columns: originColumns, status: "PRESENT", values: [5n, null] },
    { name: "route_daily", columns: ["route_daily__flights"], status: "EXPIRED", values: [null] },
  ];
}

function differences(row: OnlineRow): readonly string[] {
  return compareOnline([row], [key], expected).differences;
}

describe("compareOnline()", () => {
  test("finds nothing where statuses, values and NULLs are equal, and counts the statuses", () => {
    expect(compareOnline([same], [key], expected)).toEqual({
      statuses: { present: 1, expired: 1, notFound: 0 },
      differences: [],
    });
  });

  test("reports a value that differs, and a value where NULL was expected", () => {
    const values = { ...same.values, origin__departures: 6n, origin__mean_delay: 0 };
    expect(differences({ ...same, values })).toEqual([
      "ATL to LGA, origin: read origin__departures = 6, expected 5",
      "ATL to LGA, origin: read origin__mean_delay = 0, expected null",
    ]);
  });

  test("reports another status once, whatever values come with it", () => {
    const statuses = { ...same.statuses, origin: "NOT_FOUND" as const };
    expect(differences({ statuses, values: { ...same.values, origin__departures: null } })).toEqual([
      "ATL to LGA, origin: read NOT_FOUND, expected PRESENT",
    ]);
  });

  test("reports a value that came although it should be withheld", () => {
    expect(differences({ ...same, values: { ...same.values, route_daily__flights: 1n } })).toHaveLength(1);
  });

  test("reports a column and a status that are not there at all", () => {
    const { origin__mean_delay: _, ...values } = same.values;
    expect(differences({ statuses: { origin: "PRESENT" }, values })).toEqual([
      "ATL to LGA, origin: read origin__mean_delay = undefined, expected null",
      "ATL to LGA, route_daily: read nothing, expected EXPIRED",
    ]);
  });

  test("reports rows that are missing", () => {
    expect(compareOnline([same], [key, key], expected).differences).toEqual(["1 rows came back for 2 keys"]);
  });
});
