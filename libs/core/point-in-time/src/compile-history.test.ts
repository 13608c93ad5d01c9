import { describe, expect, test } from "vitest";
import { compileHistory } from "./index.ts";
import { readTimeline } from "./history.testdata.ts";

describe("compileHistory()", () => {
  const history = readTimeline(`
    a |*
    b |E-----A
    c |  E---A
    d | E------A
    e |        E
    f |   *`);

  test("keeps one answer per event time", () => {
    const compiled = compileHistory(history, "EVENT_TIME");
    expect(compiled.entries.map(({ name }) => name).join("")).toBe("bdcfe");
    expect(compiled.fromUs).toEqual([0n, 1n, 2n, 3n, 8n]);
  });

  test("keeps in AVAILABLE mode the rows that a store would have written", () => {
    const compiled = compileHistory(history, "AVAILABLE");
    expect(compiled.entries.map(({ name }) => name).join("")).toBe("af");
    expect(compiled.fromUs).toEqual([0n, 3n]);
  });

  test("keeps one answer for rows that become available at once", () => {
    const compiled = compileHistory(
      readTimeline(`
        a |E----A
        b | E---A`),
      "AVAILABLE",
    );
    expect(compiled.entries.map(({ name }) => name)).toEqual(["b"]);
    expect(compiled.fromUs).toEqual([5n]);
  });
});
