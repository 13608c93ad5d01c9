import {
  ScalarType,
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
} from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";

/**
 * A file as `.proto` text with its comments, for what typed services are made of: proto3, scalars, enums, messages, lists,
 * maps, oneofs and methods. Compiling the text gives an equal descriptor.
 */
export function protoText(file: DescFile): string {
  const printer = new Printer(file);
  file.enums.forEach((desc, index) => printer.enum(desc, [5, index]));
  file.messages.forEach((desc, index) => printer.message(desc, [4, index]));
  file.services.forEach((desc, index) => {
    printer.block([6, index], `service ${desc.name}`, () =>
      desc.methods.forEach((method, m) => printer.method(method, [6, index, 2, m])),
    );
  });
  const imports = file.proto.dependency.map((name) => `import "${name}";\n`).join("");
  const head = `syntax = "proto3";\n\npackage ${file.proto.package};\n`;
  return `${head}${imports === "" ? "" : `\n${imports}`}${printer.text}`;
}

/** Writes declarations below one another; paths are those of Protobuf's source code info. */
class Printer {
  text = "";
  readonly #file: DescFile;
  readonly #comments: ReadonlyMap<string, string>;
  #depth = 0;

  constructor(file: DescFile) {
    this.#file = file;
    const locations = file.proto.sourceCodeInfo?.location ?? [];
    this.#comments = new Map(locations.map(({ path, leadingComments }) => [path.join("."), leadingComments]));
  }

  block(path: readonly number[], head: string, body: () => void): void {
    if (this.#depth === 0) this.text += "\n";
    this.#line(path, `${head} {`);
    this.#depth++;
    body();
    this.#depth--;
    this.#line([], "}");
  }

  enum(desc: DescEnum, path: readonly number[]): void {
    this.block(path, `enum ${desc.name}`, () =>
      desc.values.forEach((value, v) => this.#line([...path, 2, v], `${value.name} = ${value.number};`)),
    );
  }

  message(desc: DescMessage, path: readonly number[]): void {
    this.block(path, `message ${desc.name}`, () => {
      desc.nestedEnums.forEach((nested, index) => this.enum(nested, [...path, 4, index]));
      desc.nestedMessages.forEach((nested, index) => this.message(nested, [...path, 3, index]));
      const print = (field: DescField) =>
        this.#line([...path, 2, desc.proto.field.indexOf(field.proto)], this.#field(field));
      for (const member of desc.members) {
        if (member.kind === "field") print(member);
        else
          this.block([...path, 8, desc.proto.oneofDecl.indexOf(member.proto)], `oneof ${member.name}`, () =>
            member.fields.forEach(print),
          );
      }
    });
  }

  method({ name, input, output, methodKind }: DescMethod, path: readonly number[]): void {
    const stream = methodKind === "bidi_streaming" ? "stream " : "";
    const [request, response] = [input, output].map((desc) => stream + this.#typeName(desc.typeName));
    this.#line(path, `rpc ${name}(${request}) returns (${response});`);
  }

  #field(desc: DescField): string {
    const label = desc.fieldKind === "list" ? "repeated " : desc.proto.proto3Optional ? "optional " : "";
    const named = desc.message ?? desc.enum;
    const value = named === undefined ? scalarName(desc.scalar!) : this.#typeName(named.typeName);
    const type = desc.fieldKind === "map" ? `map<${scalarName(desc.mapKey)}, ${value}>` : value;
    const json = desc.jsonName === protoCamelCase(desc.name) ? "" : ` [json_name = "${desc.jsonName}"]`;
    return `${label}${type} ${desc.name} = ${desc.number}${json};`;
  }

  /** From the root where it is another package's: the first part of a relative name could be a type, or a part of this package. */
  #typeName(typeName: string): string {
    const scope = `${this.#file.proto.package}.`;
    const name = typeName.startsWith(scope) ? typeName.slice(scope.length) : ".";
    return name.includes(".") ? `.${typeName}` : name;
  }

  #line(path: readonly number[], text: string): void {
    const indent = "  ".repeat(this.#depth);
    const comment = this.#comments.get(path.join("."))?.replace(/\n$/, "").split("\n") ?? [];
    for (const line of [...comment.map((each) => `//${each}`.trimEnd()), text])
      this.text += `${indent}${line}\n`;
  }
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}
