import { createFileRegistry, type DescField, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { StreamSource } from "@timewell/contracts";
import { definitionError } from "./definition-error.ts";

/** The message that values of a PROTOBUF topic are. INVALID_DEFINITION where its descriptors cannot be read or lack it. */
export function streamMessage(source: StreamSource, path: string): DescMessage {
  const message = registryOf(source, path).getMessage(source.messageName);
  if (message !== undefined) return message;
  const problem = `the descriptor set has no message ${source.messageName}`;
  throw definitionError(`${path}.message_name`, problem, "Write its full name, with the package.");
}

function registryOf(source: StreamSource, path: string) {
  try {
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, source.descriptorSet));
  } catch {
    throw definitionError(
      `${path}.descriptor_set`,
      `its ${source.descriptorSet.length} bytes are no complete google.protobuf.FileDescriptorSet`,
      "Make it with protoc --include_imports --descriptor_set_out, or buf build.",
    );
  }
}

/** The fields that a dotted path goes through, by their names or JSON names. Undefined where it leads nowhere. */
export function messagePath(message: DescMessage, path: string): readonly DescField[] | undefined {
  const fields: DescField[] = [];
  let inside: DescMessage | undefined = message;
  for (const name of path.split(".")) {
    const field: DescField | undefined = inside?.fields.find(
      (one) => one.name === name || one.jsonName === name,
    );
    if (field === undefined) return undefined;
    fields.push(field);
    inside = field.fieldKind === "message" ? field.message : undefined;
  }
  return fields;
}
