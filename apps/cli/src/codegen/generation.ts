import type { DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import type { CompiledService, CompiledView } from "@timewell/model";

/** A language that code is written for. */
export type Language = "proto" | "ts" | "python";

/** What every generator works from. */
export interface CodeGeneration {
  readonly project: string;
  /** Version of the project that the definition was read from. */
  readonly registryVersion: bigint;
  /** What the code is of, for people: `feature service delay_v1`. */
  readonly subject: string;
  /** Revision of it. */
  readonly revision: number;
  /** The typed service. */
  readonly descriptor: DescService;
  /** Every file that the code needs, each after those that it imports. */
  readonly files: readonly DescFile[];
  /** Command lines that make the code again, without the language and its options. */
  readonly command: string;
}

/** What generators of a feature service work from; they write a ready client, too. */
export interface Generation extends CodeGeneration {
  readonly service: CompiledService;
}

/** What generators of typed pushes work from. */
export interface PushGeneration extends CodeGeneration {
  readonly pushed: CompiledView;
}

/** True for a feature service. */
export function isOfService(generation: Generation | PushGeneration): generation is Generation {
  return "service" in generation;
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
