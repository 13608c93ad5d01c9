import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pythonEnvironment } from "./python-environment.ts";
import { repoRoot } from "./repo-root.ts";
import { readProgram } from "./runner.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";
import { timewellPythonPackages } from "./timewell-python-packages.ts";

const contractsPackage = "timewell._contracts";
const notice = "# Generated from proto/ by npm run gen. Do not change it by hand.\n";

/** Names below proto/ of the contracts of Timewell's own services. */
function contractNames(): string[] {
  const folder = path.join(repoRoot, "proto");
  return readdirSync(path.join(folder, "timewell"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".proto"))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** `timewell.types.v1` as it is called inside of the package `timewell`, where it can clash with no generated client. */
function withOwnNames(text: string): string {
  return text.replace(/(^from |')timewell\.(?=\w+\.v\d)/gm, `$1${contractsPackage}.`);
}

/** What protoc writes is not all typed well: stubs not at all, mappings without their parts, extensions as if in a class. */
function head(name: string): string {
  if (name.endsWith("_grpc.py")) return `${notice}# mypy: ignore-errors\n`;
  return name.endsWith(".pyi")
    ? `${notice}# mypy: disable-error-code="type-arg,misc,no-untyped-def"\n`
    : notice;
}

/** Writes the contracts' code for the Python package into a folder: messages with types, and gRPC stubs of the services. */
export async function generatePythonContracts(out: string): Promise<void> {
  const python = await pythonEnvironment(timewellPythonPackages);
  const folder = makeTempFolder("protoc");
  // Without comments: protoc copies them into strings of Python as they are, and a quote or backslash would end those.
  const image = path.join(folder, "image.binpb");
  const imageFlags = ["--exclude-source-info", "--as-file-descriptor-set"];
  await readProgram("buf", ["build", "proto", ...imageFlags, "--output", image]);
  const made = path.join(folder, "made");
  mkdirSync(made);
  const outputs = ["python", "pyi", "grpc_python"].map((kind) => `--${kind}_out=${made}`);
  const protoc = ["-m", "grpc_tools.protoc", `--descriptor_set_in=${image}`, ...outputs, ...contractNames()];
  await readProgram(python, protoc);
  copyContracts(path.join(made, "timewell"), out);
  removeTempFolder(folder);
}

function copyContracts(from: string, out: string): void {
  const folders = new Set([out]);
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const text = readFileSync(file, "utf8");
    // A file of messages alone has a file of stubs that holds none.
    if (entry.name.endsWith("_grpc.py") && !/^class \w+Stub\b/m.test(text)) continue;
    const target = path.join(out, path.relative(from, file));
    for (let at = path.dirname(target); at !== out; at = path.dirname(at)) folders.add(at);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, head(entry.name) + withOwnNames(text));
  }
  for (const folder of folders) writeFileSync(path.join(folder, "__init__.py"), notice);
}
