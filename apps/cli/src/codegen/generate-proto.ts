import type { CodeGeneration, GeneratedFile } from "./generation.ts";
import { markerLine, noteLines } from "./header.ts";
import { protoText } from "./proto-text.ts";

/** The `.proto` files of the service, those that they import included. */
export function generateProto(generation: CodeGeneration): GeneratedFile[] {
  const main = generation.descriptor.file;
  return generation.files.map((file) => {
    const head = file === main ? noteLines("//", generation, "proto") : markerLine("//");
    return { path: file.proto.name, content: `${head}${protoText(file)}` };
  });
}
