import type { DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import type { CompiledService } from "@timewell/model";

/** A language that code is written for. */
export type Language = "proto" | "ts" | "python";

/** What a generator works from. */
export interface Generation {
  readonly project: string;
  /** Version of the project that the service was read from. */
  readonly registryVersion: bigint;
  readonly service: CompiledService;
  /** The typed service. */
  readonly descriptor: DescService;
  /** Every file that the code needs, each after those that it imports. */
  readonly files: readonly DescFile[];
  /** Command lines that make the code again, without the language and its options. */
  readonly command: string;
}

/** A file to write. */
export interface GeneratedFile {
  /** Relative to the output folder, with forward slashes. */
  readonly path: string;
  readonly content: string;
}

/** A message of the service's own file, by its short name. Only for messages that every service has. */
export function messageOf({ descriptor }: Generation, name: string): DescMessage {
  return descriptor.method["get"]!.input.file.messages.find((message) => message.name === name)!;
}
