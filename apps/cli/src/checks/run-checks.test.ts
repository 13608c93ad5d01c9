import { create } from "@bufbuild/protobuf";
import { GetIngestionStatusResponseSchema } from "@timewell/contracts";
import { describe, expect, test } from "vitest";
import type { Probe } from "./probe.ts";
import { checkApp, checkIngestionStatus, checkNode, checkServedVersion } from "./run-checks.ts";

const app: Probe = {
  service: "serving",
  url: "http://127.0.0.1:7402",
  isReachable: true,
  isServing: true,
  version: "0.1.0",
  clockAheadMs: 300,
  problem: undefined,
  mend: "",
};
const results = (checks: readonly { readonly result: string }[]) => checks.map((check) => check.result);

describe("the checks of doctor", () => {
  test("want Node 24", () => {
    expect(checkNode("24.1.0").result).toBe("ok");
    expect(checkNode("22.9.0")).toMatchObject({
      result: "fail",
      mend: expect.stringContaining("Install Node 24"),
    });
  });

  test("want an app that serves, and clocks that agree", () => {
    expect(results(checkApp(app))).toEqual(["ok", "ok"]);
    expect(results(checkApp({ ...app, isServing: false }))).toEqual(["fail", "ok"]);
    expect(checkApp({ ...app, clockAheadMs: -5_000 })[1]).toMatchObject({
      result: "warn",
      message: "is 5s behind this machine's",
    });
    expect(results(checkApp({ ...app, clockAheadMs: 120_000 }))).toEqual(["ok", "fail"]);
  });

  test("want serving to have what was applied last", () => {
    expect(checkServedVersion(3n, 3n).result).toBe("ok");
    expect(checkServedVersion(2n, 3n)).toMatchObject({
      result: "fail",
      message: "serves version 2, the registry has 3",
    });
  });

  test("want an online store that answers, and a short backlog", () => {
    const status = (onlineAvailable: boolean, backlogRows: bigint) =>
      create(GetIngestionStatusResponseSchema, { onlineEngine: "redis", onlineAvailable, backlogRows });
    expect(results(checkIngestionStatus(status(true, 5n)))).toEqual(["ok", "ok"]);
    expect(results(checkIngestionStatus(status(false, 50_000n)))).toEqual(["fail", "warn"]);
  });
});
