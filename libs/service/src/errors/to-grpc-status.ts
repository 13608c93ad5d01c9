import { create, toBinary } from "@bufbuild/protobuf";
import { AnySchema, anyPack } from "@bufbuild/protobuf/wkt";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Metadata } from "@grpc/grpc-js";
import { ErrorInfoSchema, type ErrorInfo } from "@timewell/contracts";
import { codeOf } from "./error-codes.ts";
import { isLibraryError } from "./is-library-error.ts";
import { toFeatureStoreError } from "./to-feature-store-error.ts";

/** A status as grpc-js sends it. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The status that a caller may see, with an ErrorInfo in `grpc-status-details-bin`. The cause is not in it. */
export function toGrpcStatus(reason: unknown): GrpcStatus {
  const metadata = new Metadata();
  if (isLibraryError(reason)) return { code: reason.code, details: reason.rawMessage, metadata };
  const error = toFeatureStoreError(reason);
  const code = codeOf(error.kind);
  const info = create(ErrorInfoSchema, { kind: error.kind, field: error.field, hint: error.hint });
  metadata.set("grpc-status-details-bin", Buffer.from(statusBytes(code, error.message, info)));
  return { code, details: error.message, metadata };
}

/** google.rpc.Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; } */
function statusBytes(code: number, message: string, info: ErrorInfo) {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(code);
  writer.tag(2, WireType.LengthDelimited).string(message);
  writer.tag(3, WireType.LengthDelimited).bytes(toBinary(AnySchema, anyPack(ErrorInfoSchema, info)));
  return writer.finish();
}
