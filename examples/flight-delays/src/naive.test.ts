import { describe, expect, test } from "vitest";
import { NaiveView } from "./naive.ts";

const dayUs = 86_400_000_000n;
const spec = {
  path: "",
  keyColumns: ["origin", "destination"],
  featureColumns: ["flights"],
  ttlUs: 3n * dayUs,
};
const row = (day: bigint, flights: bigint) => ({
  origin: "ATL",
  destination: "LGA",
  event_timestamp: day * dayUs,
  flights,
});
const route = ["ATL", "LGA"];

describe("NaiveView.at()", () => {
  const view = new NaiveView(spec, [row(10n, 1n), row(12n, 2n)]);

  test("answers the last row at or before the instant, the instant itself included", () => {
    expect(view.at(route, 12n * dayUs - 1n)).toEqual({ status: "PRESENT", values: [1n] });
    expect(view.at(route, 12n * dayUs)).toEqual({ status: "PRESENT", values: [2n] });
  });

  test("knows nothing before the first row, nor of another key, nor of the way back", () => {
    const nothing = { status: "NOT_FOUND", values: [null] };
    expect(view.at(route, 10n * dayUs - 1n)).toEqual(nothing);
    expect(view.at(["ATL", "ORD"], 12n * dayUs)).toEqual(nothing);
    expect(view.at(["LGA", "ATL"], 12n * dayUs)).toEqual(nothing);
  });

  test("expires a row one microsecond after its ttl, and forgets it one microsecond after 30 more days", () => {
    expect(view.at(route, 15n * dayUs).status).toBe("PRESENT");
    expect(view.at(route, 15n * dayUs + 1n)).toEqual({ status: "EXPIRED", values: [null] });
    expect(view.at(route, 45n * dayUs).status).toBe("EXPIRED");
    expect(view.at(route, 45n * dayUs + 1n).status).toBe("NOT_FOUND");
  });

  test("takes the later of two rows with the same time", () => {
    const twice = new NaiveView(spec, [row(10n, 1n), row(10n, 2n)]);
    expect(twice.at(route, 10n * dayUs).values).toEqual([2n]);
  });

  test("answers NULL for a value that is not there in a living row", () => {
    const { flights: _, ...bare } = row(10n, 1n);
    expect(new NaiveView(spec, [bare]).at(route, 10n * dayUs)).toEqual({ status: "PRESENT", values: [null] });
  });
});
