import { FeatureStoreError } from "@timewell/errors";
import { describe, expect, it } from "vitest";
import { toStoreError } from "./to-store-error.ts";

function fromServer(code: string): Error {
  return Object.assign(new Error(code), { code, severity: "ERROR" });
}

const cases: readonly (readonly [string, unknown, string])[] = [
  ["a refused connection", Object.assign(new Error(), { code: "ECONNREFUSED" }), "STORE_UNAVAILABLE"],
  ["a connection that was lost", new Error("Connection terminated unexpectedly"), "STORE_UNAVAILABLE"],
  ["a shutdown", fromServer("57P01"), "STORE_UNAVAILABLE"],
  ["a statement timeout", fromServer("57014"), "STORE_UNAVAILABLE"],
  ["too many connections", fromServer("53300"), "STORE_UNAVAILABLE"],
  ["a full disk", fromServer("53100"), "STORE_FULL"],
  ["a deadlock", fromServer("40P01"), "STORE_UNAVAILABLE"],
  ["a standby", fromServer("25006"), "STORE_UNAVAILABLE"],
  ["a wrong password", fromServer("28P01"), "STORE_MISCONFIGURED"],
  ["an unknown database", fromServer("3D000"), "STORE_MISCONFIGURED"],
  ["a missing privilege", fromServer("42501"), "STORE_MISCONFIGURED"],
  ["a wrong statement", fromServer("42601"), "INTERNAL"],
  ["a mistake in the code", new TypeError("x is not a function"), "INTERNAL"],
];

describe("toStoreError()", () => {
  for (const [what, reason, kind] of cases) {
    it(`maps ${what} to ${kind} and keeps it as the cause`, () => {
      expect(toStoreError(reason)).toMatchObject({ kind, cause: reason });
    });
  }

  it("returns a FeatureStoreError as it is", () => {
    const error = new FeatureStoreError("FENCED", "no");
    expect(toStoreError(error)).toBe(error);
  });
});
