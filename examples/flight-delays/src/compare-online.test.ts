import { create } from "@bufbuild/protobuf";
import {
  GetOnlineFeaturesResponseSchema,
  Status,
  ValueSchema,
  type GetOnlineFeaturesResponse,
  type Value,
} from "@timewell/contracts";
import { describe, expect, test } from "vitest";
import { compareOnline } from "./compare-online.ts";
import type { NaiveUse } from "./naive-service.ts";

const key = { origin: "ATL", destination: "LGA" };
const int = (value: bigint) => create(ValueSchema, { kind: { case: "int64Value", value } });
const double = (value: number) => create(ValueSchema, { kind: { case: "doubleValue", value } });
const nothing = create(ValueSchema, {});

function response(origin: [Status, Value, Value], route: [Status, Value]): GetOnlineFeaturesResponse {
  return create(GetOnlineFeaturesResponseSchema, {
    names: ["origin__departures", "origin__mean_delay", "route_daily__flights"],
    rows: [{ values: [origin[1], origin[2], route[1]], statuses: [origin[0], route[0]] }],
  });
}

function expected(): readonly NaiveUse[] {
  return [
    {
      name: "origin",
      columns: ["origin__departures", "origin__mean_delay"],
      status: "PRESENT",
      values: [5n, null],
    },
    { name: "route_daily", columns: ["route_daily__flights"], status: "EXPIRED", values: [null] },
  ];
}

describe("compareOnline()", () => {
  test("finds nothing where statuses, values and NULLs are equal, and counts the statuses", () => {
    const same = response([Status.PRESENT, int(5n), nothing], [Status.EXPIRED, nothing]);
    expect(compareOnline(same, [key], expected)).toEqual({
      statuses: { present: 1, expired: 1, notFound: 0 },
      differences: [],
    });
  });

  test("reports a value that differs, and a value where NULL was expected", () => {
    const altered = response([Status.PRESENT, int(6n), double(0)], [Status.EXPIRED, nothing]);
    expect(compareOnline(altered, [key], expected).differences).toEqual([
      "ATL to LGA, origin: read origin__departures = 6, expected 5",
      "ATL to LGA, origin: read origin__mean_delay = 0, expected null",
    ]);
  });

  test("reports another status once, whatever values come with it", () => {
    const altered = response([Status.NOT_FOUND, nothing, nothing], [Status.EXPIRED, nothing]);
    expect(compareOnline(altered, [key], expected).differences).toEqual([
      "ATL to LGA, origin: read NOT_FOUND, expected PRESENT",
    ]);
  });

  test("reports a withheld value that came all the same", () => {
    const altered = response([Status.PRESENT, int(5n), nothing], [Status.EXPIRED, int(1n)]);
    expect(compareOnline(altered, [key], expected).differences).toHaveLength(1);
  });

  test("reports a column that is not there at all", () => {
    const altered = response([Status.PRESENT, int(5n), nothing], [Status.EXPIRED, nothing]);
    altered.names[1] = "origin__other";
    expect(compareOnline(altered, [key], expected).differences).toEqual([
      "ATL to LGA, origin: read origin__mean_delay = undefined, expected null",
    ]);
  });

  test("reports rows that are missing", () => {
    const one = response([Status.PRESENT, int(5n), nothing], [Status.EXPIRED, nothing]);
    expect(compareOnline(one, [key, key], expected).differences).toEqual(["1 rows came back for 2 keys"]);
  });
});
