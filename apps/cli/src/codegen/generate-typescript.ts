import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { FeatureStoreError } from "@timewell/errors";
import { fileURLToPath } from "node:url";
import { typescriptClient } from "./client-typescript.ts";
import { type GeneratedFile, type Generation, isOfService, type PushGeneration } from "./generation.ts";
import { markerLine } from "./header.ts";
import { typescriptPushClient } from "./push-client-typescript.ts";
import { runProgram } from "./run-program.ts";

/** How imports of generated files end. */
export type ImportExtension = "ts" | "js" | "none";

/**
 * Messages and descriptors by protoc-gen-es, in syntax that can be stripped of its types, and a ready client on them. Needs
 * `@bufbuild/protobuf` and `@grpc/grpc-js` where it runs.
 */
export async function generateTypescript(
  generation: Generation | PushGeneration,
  importExtension: ImportExtension,
): Promise<GeneratedFile[]> {
  const request = create(CodeGeneratorRequestSchema, {
    fileToGenerate: generation.files.map((file) => file.proto.name),
    parameter: `target=ts,import_extension=${importExtension},erasable_syntax=true`,
    protoFile: generation.files.map((file) => file.proto),
  });
  // The plugin's own program and protocol, so that only its version is taken for granted.
  const plugin = fileURLToPath(import.meta.resolve("@bufbuild/protoc-gen-es/bin/protoc-gen-es"));
  const { exitCode, stdout, stderr } = await runProgram(
    process.execPath,
    [plugin],
    toBinary(CodeGeneratorRequestSchema, request),
  );
  if (exitCode !== 0) throw failed(stderr);
  const response = fromBinary(CodeGeneratorResponseSchema, stdout);
  if (response.error !== "") throw failed(response.error);
  const messages = response.file.map(({ name, content }) => ({
    path: name,
    content: `${markerLine("//")}\n${content}`,
  }));
  const client = isOfService(generation)
    ? typescriptClient(generation, importExtension)
    : typescriptPushClient(generation, importExtension);
  return [...messages, client];
}

function failed(reason: string): FeatureStoreError {
  return new FeatureStoreError(
    "INTERNAL",
    `Cannot generate TypeScript: protoc-gen-es failed: ${reason.trim()}`,
    {
      hint: "Run npm ci, which installs it anew.",
    },
  );
}
