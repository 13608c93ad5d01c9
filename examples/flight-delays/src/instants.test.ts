import { expect, test } from "vitest";
import { formatInstant, instantsUs } from "./instants.ts";

test("the proof looks at five ascending instants, one of them the boundary of an hour", () => {
  expect(instantsUs).toHaveLength(5);
  expect(instantsUs).toEqual(instantsUs.toSorted((a, b) => Number(a - b)));
  expect(formatInstant(instantsUs[1] ?? 0n)).toBe("2001-02-14T12:00:00.000000Z");
  expect(formatInstant(instantsUs[2] ?? 0n)).toBe("2001-03-31T23:59:59.999999Z");
});
