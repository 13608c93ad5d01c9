import { ScalarType, type DescField } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { pascalCase } from "@timewell/model";
import type { ImportExtension } from "./generate-typescript.ts";
import { messageOf, type GeneratedFile, type Generation } from "./generation.ts";
import { noteLines } from "./header.ts";
import { commentsOf } from "./comments-of.ts";
import { keyFields } from "./key-fields.ts";
import { statusNames } from "./status-names.ts";
import { channelText, clientOptionsText, connectionText } from "./typescript-connection.ts";

/** The ready client of a service: `<service>_client.ts`. */
export function typescriptClient(generation: Generation, importExtension: ImportExtension): GeneratedFile {
  const extension = importExtension === "none" ? "" : `.${importExtension}`;
  const more = importExtension === "ts" ? "" : ` --import-extension ${importExtension}`;
  const head = noteLines("//", generation, "ts", more);
  const parts = [
    imports(generation, extension),
    types(generation),
    channelText(generation.descriptor, "Get"),
    functions(generation),
  ];
  return { path: `${generation.service.name}_client.ts`, content: `${head}\n${parts.join("\n")}` };
}

const scalarTypes: Partial<Record<ScalarType, string>> = {
  [ScalarType.BOOL]: "boolean",
  [ScalarType.INT32]: "number",
  [ScalarType.INT64]: "bigint",
  [ScalarType.FLOAT]: "number",
  [ScalarType.DOUBLE]: "number",
  [ScalarType.STRING]: "string",
  [ScalarType.BYTES]: "Uint8Array",
};

function typeOf(field: DescField): string {
  if (field.message !== undefined) {
    const type = `MessageInitShape<typeof ${field.message.name}Schema>`;
    return field.fieldKind === "list" ? `${type}[]` : type;
  }
  return scalarTypes[field.scalar!]!;
}

function imports(generation: Generation, extension: string): string {
  const messages = messageOf(generation, "Row").file;
  const taken = ["EntityRow", "ReadOptions"].flatMap((name) => messageOf(generation, name).fields);
  const schemas = new Map<string, Set<string>>();
  for (const { message } of taken) {
    if (message === undefined) continue;
    const path = `./${message.file.name}_pb${extension}`;
    schemas.set(path, (schemas.get(path) ?? new Set()).add(`${message.name}Schema`));
  }
  const typeImports = [...schemas.keys()]
    .sort()
    .map((path) => `import type { ${[...schemas.get(path)!].sort().join(", ")} } from "${path}";\n`);
  return `import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import {
  GetRequestSchema,
  GetResponseSchema,
  type GetRequest,
  type GetResponse,
  type Row,
} from "./${messages.name}_pb${extension}";
${typeImports.join("")}`;
}

function members(fields: readonly DescField[], isOptional: (field: DescField) => boolean): string {
  return fields
    .map((field) => {
      const comment = commentsOf(field).map((line) => line.replaceAll("*/", "*\\/"));
      const doc =
        comment.length > 1
          ? `  /**\n${comment.map((line) => `   * ${line}\n`).join("")}   */\n`
          : comment.map((line) => `  /** ${line} */\n`).join("");
      // As protobuf-es declares them: only a field with presence may be undefined.
      const hasPresence = field.proto.proto3Optional || field.fieldKind === "message";
      const absent = isOptional(field) && hasPresence;
      const type = `${typeOf(field)}${absent ? " | undefined" : ""}`;
      return `${doc}  readonly ${field.localName}${isOptional(field) ? "?" : ""}: ${type};\n`;
    })
    .join("");
}

function types(generation: Generation): string {
  const name = pascalCase(generation.service.name);
  const { keys, all } = keyFields(generation);
  const views = messageOf(generation, "States").fields.map((field) => JSON.stringify(field.localName));
  const options = messageOf(generation, "ReadOptions").fields;
  const names = [...new Set(statusNames.map(([, status]) => JSON.stringify(status)))];
  return `/** Whom to read for: join keys, and request data where the service has any. */
export interface ${name}Keys {
${members(all, (field) => !keys.has(field))}}

/** The features of one entity; a view is undefined where its status is not PRESENT, a feature where it is NULL. */
export type ${name}Row = Row;

/** An answer: rows in the order of the request. */
export type ${name}Answer = GetResponse;

/** A view or alias of the service. */
export type ${name}View = ${views.join(" | ")};

/** How the read of a view ended. */
export type ${name}Status = ${names.join(" | ")};

${clientOptionsText(name, "7402", 1_000)}
/** How to read. */
export interface ${name}GetOptions {
${members(options, () => true)}  /** Deadline, ms. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the call when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** A client of the feature service. It connects with the first call, and again when the connection breaks. */
export interface ${name}Client {
  /**
   * Reads the features of 1 to 10,000 entities. Rejects with a ServiceError of grpc-js: its \`code\` is the gRPC status, its
   * \`details\` say what is wrong and how to mend it. UNAVAILABLE is tried again, twice at most and within a budget.
   */
  get(rows: readonly ${name}Keys[], options?: ${name}GetOptions): Promise<${name}Answer>;
  /** Ends the connections. */
  close(): void;
}
`;
}

function functions({ service }: Generation): string {
  const name = pascalCase(service.name);
  const byNumber = statusNames.map(([number, status]) => `${number}: ${JSON.stringify(status)}`);
  return `const statusNames: Readonly<Record<number, ${name}Status>> = {
${byNumber.map((entry) => `  ${entry},\n`).join("")}};

/** Makes a client. Throws a TypeError where the address is no URL. */
export function create${name}Client(options: ${name}ClientOptions): ${name}Client {
  const client = new grpc.Client(targetOf(options.url), credentialsOf(options), channelOptions);
  const metadata = metadataOf(options);
  return {
    async get(rows, { timeoutMs = options.timeoutMs ?? 1_000, signal, ...readOptions } = {}) {
      const request = create(GetRequestSchema, { rows: [...rows], options: readOptions });
      return call(client, metadata, request, timeoutMs, signal);
    },
    close: () => client.close(),
  };
}

/** How the read of a view ended. A status that this client does not know counts as UNAVAILABLE. */
export function ${protoCamelCase(service.name)}Status(row: ${name}Row, view: ${name}View): ${name}Status {
  return statusNames[row.states?.[view] ?? 0] ?? "UNAVAILABLE";
}

${connectionText(name, "7402", "GetRequest", "GetResponse")}`;
}
