import { fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@timewell/contracts";
import { errorKinds, FeatureStoreError } from "@timewell/errors";
import { describe, expect, it } from "vitest";
import { codeName } from "./code-name.ts";
import { codeOf } from "./error-codes.ts";
import { toConnectError } from "./to-connect-error.ts";
import { toGrpcStatus } from "./to-grpc-status.ts";

const cause = new Error("password=hunter2");
const error = new FeatureStoreError("INVALID_KEY", "Cannot encode key", {
  field: "rows[3]",
  hint: "Send it.",
  cause,
});

describe("error map", () => {
  it.each(errorKinds)("%s has a gRPC code that is neither OK nor UNKNOWN", (kind) => {
    expect(codeOf(kind)).toBeGreaterThan(Code.Canceled - 1);
    expect(codeOf(kind)).not.toBe(Code.Unknown);
  });

  it("codeName() writes codes as gRPC does", () => {
    expect([0, 1, 3, 5, 8, 14].map(codeName)).toEqual([
      "OK",
      "CANCELLED",
      "INVALID_ARGUMENT",
      "NOT_FOUND",
      "RESOURCE_EXHAUSTED",
      "UNAVAILABLE",
    ]);
  });

  it("toConnectError() carries kind, field and hint, and nothing of the cause to callers", () => {
    const shown = toConnectError(error);
    expect(shown.code).toBe(Code.InvalidArgument);
    expect(shown.findDetails(ErrorInfoSchema)[0]).toMatchObject({
      kind: "INVALID_KEY",
      field: "rows[3]",
      hint: "Send it.",
    });
    expect(shown.message).not.toContain("hunter2");
  });

  it("toGrpcStatus() carries the same in grpc-status-details-bin", () => {
    const { code, details, metadata } = toGrpcStatus(error);
    expect([code, details]).toEqual([3, "Cannot encode key. Send it."]);
    const bytes = metadata.get("grpc-status-details-bin")[0] as Buffer;
    expect(bytes.includes("hunter2")).toBe(false);
    // The Any's value is the last field of the status.
    const info = ErrorInfoSchema.typeName;
    const value = bytes.subarray(bytes.indexOf(info) + info.length + 2);
    expect(fromBinary(ErrorInfoSchema, value)).toMatchObject({ kind: "INVALID_KEY", field: "rows[3]" });
  });

  it.each([
    [new TypeError("x is not a function"), Code.Internal],
    ["thrown text", Code.Internal],
    [undefined, Code.Internal],
    [new ConnectError("late", Code.DeadlineExceeded), Code.DeadlineExceeded],
    [Object.assign(new Error("stop"), { name: "AbortError" }), Code.Canceled],
    [new ConnectError("too big", Code.ResourceExhausted), Code.ResourceExhausted],
    [new ConnectError("inner", Code.Unknown, undefined, undefined, cause), Code.Internal],
  ])("%s becomes the same code on both stacks, never UNKNOWN", (reason, code) => {
    expect(toConnectError(reason).code).toBe(code);
    expect(toGrpcStatus(reason).code).toBe(code);
    expect(toGrpcStatus(reason).details).not.toContain("function");
  });
});
