import type { DescField } from "@bufbuild/protobuf";

/** Lines of the comment of a field; none where it has no comment. */
export function commentsOf(field: DescField): string[] {
  const { file, proto } = field.parent;
  const path = [4, file.proto.messageType.indexOf(proto), 2, proto.field.indexOf(field.proto)].join(".");
  const found = file.proto.sourceCodeInfo?.location.find((location) => location.path.join(".") === path);
  const text = found?.leadingComments.replace(/\n$/, "") ?? "";
  return text === "" ? [] : text.split("\n").map((line) => line.replace(/^ /, ""));
}
