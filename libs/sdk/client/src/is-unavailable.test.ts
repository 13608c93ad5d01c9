import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { isUnavailable } from "./is-unavailable.ts";

describe("isUnavailable()", () => {
  test.for([
    [Code.Unavailable, "connect ECONNREFUSED 127.0.0.1:7401", true],
    [Code.Internal, "Stream closed with error code NGHTTP2_REFUSED_STREAM", true],
    [Code.Internal, "Stream closed with error code NGHTTP2_INTERNAL_ERROR", false],
    [Code.NotFound, "Cannot find project", false],
  ] as const)("is for code %i with %s %s", ([code, message, expected]) => {
    expect(isUnavailable(new ConnectError(message, code))).toBe(expected);
  });
});
