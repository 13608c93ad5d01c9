import { FeatureStoreError } from "@timewell/errors";
import { describe, expect, test } from "vitest";
import { fakeIo } from "../fake-io.testdata.ts";
import { Session } from "../session.ts";
import { readSettings } from "../settings.ts";
import { describeError, reportError } from "./report-error.ts";
import { connectionCode } from "./unreachable.ts";

function sessionOf(settings: Record<string, string> = {}): Session {
  const session = new Session(fakeIo(), readSettings(settings, "/nowhere"), {
    isJson: false,
    isVerbose: false,
  });
  session.lastService = "registry";
  return session;
}

const withCode = (code: string) => Object.assign(new Error("below"), { code });

describe("describeError()", () => {
  test("tells message and hint apart", () => {
    const error = new FeatureStoreError("FEATURE_NOT_FOUND", "Cannot find feature x", {
      field: "f",
      hint: "Did you mean y?",
    });
    expect(describeError(error, sessionOf())).toEqual({
      kind: "FEATURE_NOT_FOUND",
      message: "Cannot find feature x",
      field: "f",
      hint: "Did you mean y?",
    });
  });

  test("names the service and its address for what goes wrong on the way to it", () => {
    const lost = new FeatureStoreError("REGISTRY_UNAVAILABLE", "x", { cause: withCode("ENOTFOUND") });
    expect(describeError(lost, sessionOf()).message).toBe(
      "Cannot reach registry at http://127.0.0.1:7401: there is no such host",
    );
    const untrusted = new FeatureStoreError("INTERNAL", "x", {
      cause: withCode("DEPTH_ZERO_SELF_SIGNED_CERT"),
    });
    expect(describeError(untrusted, sessionOf()).hint).toBe("Name its authority with --tls-ca FILE.");
    const cut = new FeatureStoreError("CANCELLED", "x");
    expect(describeError(cut, sessionOf()).hint).toContain("--registry https://127.0.0.1:7401");
    expect(describeError(cut, sessionOf({ registry: "https://r:1" })).hint).toBe("See its log.");
  });

  test("gives hints in terms of flags, and plans again after a conflict", () => {
    expect(describeError(new FeatureStoreError("UNAUTHENTICATED", "no token"), sessionOf()).hint).toContain(
      "TIMEWELL_TOKEN",
    );
    expect(describeError(new FeatureStoreError("VERSION_CONFLICT", "x"), sessionOf()).hint).toContain(
      "Plan again",
    );
  });

  test("takes anything that is thrown", () => {
    expect(describeError(new TypeError("odd"), undefined)).toMatchObject({
      kind: "INTERNAL",
      message: "odd",
    });
    expect(describeError("odd", undefined).message).toBe("odd");
  });
});

describe("connectionCode()", () => {
  test("looks through causes and the errors of several attempts", () => {
    const several = new AggregateError([withCode("ECONNREFUSED"), withCode("ECONNREFUSED")]);
    expect(connectionCode(new Error("a", { cause: new Error("b", { cause: several }) }))).toBe(
      "ECONNREFUSED",
    );
    expect(connectionCode(new Error("connect ECONNREFUSED 127.0.0.1:9"))).toBe("ECONNREFUSED");
    expect(connectionCode(withCode("ENOENT"))).toBe(undefined);
  });
});

describe("reportError()", () => {
  test("writes a readable text, and a document where JSON is wanted", async () => {
    const io = fakeIo();
    const report = { kind: "INVALID_KEY", message: "Cannot x", field: "k", hint: "Do y" };
    await reportError(io, report, { isJson: true });
    expect(io.stderr).toBe("Error (INVALID_KEY): Cannot x.\n  Do y.\n");
    expect(JSON.parse(io.stdout)).toEqual({ error: report });
  });
});
