import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { FeatureStoreError } from "@timewell/errors";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix, relative, sep } from "node:path";
import { withTempFolder } from "../files/temp-folder.ts";
import { pythonClient } from "./client-python.ts";
import { type GeneratedFile, type Generation, isOfService, type PushGeneration } from "./generation.ts";
import { markerLine } from "./header.ts";
import { pythonPushClient } from "./push-client-python.ts";
import { runProgram, type ProgramResult } from "./run-program.ts";

/**
 * Messages with types (`_pb2.py`, `_pb2.pyi`) and gRPC stubs by grpcio-tools of the given Python, and a ready client on them, in
 * packages that may lie below any other. FAILED_PRECONDITION with a hint where that Python or grpcio-tools is missing.
 */
export async function generatePython(
  generation: Generation | PushGeneration,
  python: string,
): Promise<GeneratedFile[]> {
  const names = generation.files.map((file) => file.proto.name);
  const image = create(FileDescriptorSetSchema, {
    file: generation.files.map((file) => uncommented(file.proto)),
  });
  const compiled = await withTempFolder(async (folder) => {
    const imagePath = join(folder, "image.binpb");
    const out = join(folder, "out");
    await mkdir(out);
    await writeFile(imagePath, toBinary(FileDescriptorSetSchema, image));
    const outputs = ["python", "pyi", "grpc_python"].map((kind) => `--${kind}_out=${out}`);
    await runProtoc(python, [`--descriptor_set_in=${imagePath}`, ...outputs, ...names]);
    return readTree(out);
  }, tmpdir());
  const stub = `${generation.descriptor.file.name}_pb2_grpc.py`;
  const files = compiled
    .filter(({ path }) => !path.endsWith("_pb2_grpc.py") || path === stub)
    .map(({ path, content }) => ({ path, content: head(path) + withRelativeImports(path, content) }));
  const client = isOfService(generation) ? pythonClient(generation) : pythonPushClient(generation);
  return [...files, ...packageFiles(files.map((file) => file.path)), client];
}

/** protoc copies comments into strings of Python as they are, and a quote or backslash in them would end it. */
function uncommented(file: FileDescriptorProto): FileDescriptorProto {
  const { sourceCodeInfo: _comments, ...rest } = file;
  return rest;
}

async function runProtoc(python: string, args: readonly string[]): Promise<void> {
  const result = await runProgram(python, ["-m", "grpc_tools.protoc", ...args]).catch((cause: unknown) => {
    throw unusable(
      `cannot start ${python}`,
      "Install Python 3.10 or later, or name one with --python.",
      cause,
    );
  });
  if (result.exitCode === 0) return;
  const { stderr } = result;
  if (/No module named '?grpc_tools/.test(stderr)) {
    const hint = `Install it: ${python} -m pip install grpcio-tools. Or name a Python that has it with --python.`;
    throw unusable(`${python} has no grpcio-tools`, hint);
  }
  throw unusable(
    `grpc_tools.protoc failed: ${lastLine(result)}`,
    `Bring it up to date: ${python} -m pip install -U grpcio-tools.`,
  );
}

function unusable(problem: string, hint: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError("INVALID_CONFIG", `Cannot generate Python: ${problem}`, {
    field: "--python",
    hint,
    cause,
  });
}

function lastLine({ stderr, exitCode }: ProgramResult): string {
  return stderr.trim().split("\n").at(-1) || `exit code ${exitCode}`;
}

async function readTree(folder: string): Promise<GeneratedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({
      path: relative(folder, path).split(sep).join(posix.sep),
      content: await readFile(path, "utf8"),
    })),
  );
}

/** What protoc writes is not all typed strictly: stubs not at all, and mappings without their parts. */
function head(path: string): string {
  const remark = path.endsWith("_grpc.py")
    ? "# mypy: ignore-errors\n"
    : path.endsWith(".pyi")
      ? '# mypy: disable-error-code="type-arg"\n'
      : "";
  return markerLine("#") + remark;
}

/** `from timewell.types.v1 import …` as it reads from the file's own package. */
function withRelativeImports(path: string, content: string): string {
  const dots = ".".repeat(path.split("/").length - 1);
  return content.replace(/^from timewell\./gm, `from ${dots}`);
}

function packageFiles(paths: readonly string[]): GeneratedFile[] {
  const folders = new Set<string>(["."]);
  for (const path of paths) for (let at = posix.dirname(path); at !== "."; at = dirname(at)) folders.add(at);
  return [...folders]
    .sort()
    .map((folder) => ({ path: posix.join(folder, "__init__.py"), content: markerLine("#") }));
}
