import { clone, create } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  SourceCodeInfo_LocationSchema,
  SourceCodeInfoSchema,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";

/** Field numbers of descriptors, which paths to comments are made of. */
const messagePath = 4;
const enumPath = 5;
const fieldPath = 2;
const servicePath = 6;

/**
 * The same file with comments where compilers and plugins look for them. `commentOf` is asked for `Message`, `Message.field`, `rpc Method`, and
 * the empty name for the service; undefined or empty: none.
 */
export function addComments(
  file: FileDescriptorProto,
  commentOf: (name: string) => string | undefined,
): FileDescriptorProto {
  const commented = clone(FileDescriptorProtoSchema, file);
  const found: { path: number[]; comment: string }[] = [];
  const note = (path: number[], name: string) => {
    const comment = commentOf(name);
    if (comment !== undefined && comment !== "") found.push({ path, comment });
  };
  commented.enumType.forEach(({ name }, e) => note([enumPath, e], name));
  commented.messageType.forEach((message, m) => {
    note([messagePath, m], message.name);
    message.field.forEach(({ name }, f) => note([messagePath, m, fieldPath, f], `${message.name}.${name}`));
  });
  commented.service.forEach(({ method }, s) => {
    note([servicePath, s], "");
    method.forEach(({ name }, m) => note([servicePath, s, 2, m], `rpc ${name}`));
  });
  commented.sourceCodeInfo = create(SourceCodeInfoSchema, {
    location: found.map(({ path, comment }) =>
      create(SourceCodeInfo_LocationSchema, { path, span: [0, 0, 0], leadingComments: asComment(comment) }),
    ),
  });
  return commented;
}

/** Each line behind a space, as compilers keep `// a comment`. */
function asComment(text: string): string {
  return text
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => ` ${line.replace(unprintable, " ").trimEnd()}\n`)
    .join("");
}

/** Control characters, at some of which protoc ends a comment, and those that show text in another order than it has. */
const unprintable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
