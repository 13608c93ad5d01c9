import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { FeatureStoreError } from "@timewell/errors";

/** Decodes a request; INVALID_REQUEST where its bytes are no message of that type. */
export function decodeRequest<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array): MessageShape<Desc> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new FeatureStoreError(
      "INVALID_REQUEST",
      `Cannot decode the request: its bytes are no ${schema.typeName}`,
      {
        hint: "Generate the client again from the current contracts.",
        cause,
      },
    );
  }
}
