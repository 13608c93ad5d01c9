import { rowMessageName } from "@timewell/model";
import type { ImportExtension } from "./generate-typescript.ts";
import type { GeneratedFile, PushGeneration } from "./generation.ts";
import { noteLines } from "./header.ts";
import { channelText, clientOptionsText, connectionText } from "./typescript-connection.ts";

/** The ready client of typed pushes: `<view>_v<n>_push_client.ts`. */
export function typescriptPushClient(
  generation: PushGeneration,
  importExtension: ImportExtension,
): GeneratedFile {
  const { pushed, descriptor } = generation;
  const extension = importExtension === "none" ? "" : `.${importExtension}`;
  const more = importExtension === "ts" ? "" : ` --import-extension ${importExtension}`;
  const messages = descriptor.method["push"]!.input.file.name;
  const name = `${rowMessageName(pushed)}Push`;
  const parts = [
    noteLines("//", generation, "ts", more),
    imports(`./${messages}_pb${extension}`),
    types(name, `${pushed.name} version ${pushed.version}`),
    channelText(descriptor, "Push"),
    create(name),
    connectionText(name, "7404", "PushRequest", "PushResponse"),
  ];
  return { path: `${pushed.name}_v${pushed.version}_push_client.ts`, content: parts.join("\n") };
}

function imports(messages: string): string {
  return `import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import {
  PushRequestSchema,
  PushResponseSchema,
  Wait,
  type PushRequest,
  type PushResponse,
  type RowSchema,
} from "${messages}";
`;
}

function types(name: string, view: string): string {
  return `/** A row of feature view ${view}: its keys, its features, and when it happened. */
export type ${name}Row = MessageInitShape<typeof RowSchema>;

/** What became of the rows: for each, in order, its position in the log or why it was refused. */
export type ${name}Answer = PushResponse;

${clientOptionsText(name, "7404", 10_000)}
/** How to push. */
export interface ${name}Options {
  /** The same rows under the same id have one effect and the same answer for 24 h; at most 64 characters. Absent: a new one. */
  readonly requestId?: string | undefined;
  /** \`online\` waits until the rows can be read; \`durable\`, the default, until they cannot be lost. */
  readonly wait?: "durable" | "online" | undefined;
  /** Deadline, ms. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the call when it is aborted; rows may be stored then. */
  readonly signal?: AbortSignal | undefined;
}

/** A client that pushes rows. It connects with the first call, and again when the connection breaks. */
export interface ${name}Client {
  /**
   * Writes 1 to 10,000 rows; a wrong row never fails its neighbours. Rejects with a ServiceError of grpc-js: its \`code\` is the gRPC
   * status, its \`details\` say what is wrong and how to mend it. UNAVAILABLE is tried again under the same request id, so that it has
   * one effect: twice at most and within a budget.
   */
  push(rows: readonly ${name}Row[], options?: ${name}Options): Promise<${name}Answer>;
  /** Ends the connections. */
  close(): void;
}
`;
}

function create(name: string): string {
  return `/** Makes a client. Throws a TypeError where the address is no URL. */
export function create${name}Client(options: ${name}ClientOptions): ${name}Client {
  const client = new grpc.Client(targetOf(options.url), credentialsOf(options), channelOptions);
  const metadata = metadataOf(options);
  return {
    async push(rows, { requestId = crypto.randomUUID(), wait, timeoutMs = options.timeoutMs ?? 10_000, signal } = {}) {
      const waited = wait === "online" ? Wait.ONLINE : Wait.DURABLE;
      const request = create(PushRequestSchema, { rows: [...rows], wait: waited, requestId });
      return call(client, metadata, request, timeoutMs, signal);
    },
    close: () => client.close(),
  };
}
`;
}
