import { clone, fromBinary } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type DescriptorProto,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { grpcPythonPackages, pythonEnvironment, removeTempFolder } from "@timewell/setup";
import fc from "fast-check";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeCodeFolder, npmProgram, runIn, writeFiles } from "./code-folder.testdata.ts";
import { generateProto } from "./generate-proto.ts";
import { generatePython } from "./generate-python.ts";
import { generateTypescript } from "./generate-typescript.ts";
import type { Generation } from "./generation.ts";
import { offerGeneration } from "./project.testdata.ts";
import { randomServices } from "./random-services.testdata.ts";

/** A run holds several services; one of the slower checks takes seconds. */
const runs = (byDefault: number) => Number(process.env["TIMEWELL_RUNS"] ?? byDefault);
const timeout = 300_000;

/** Without comments, and with the JSON names that compilers fill in. */
function bare(file: FileDescriptorProto): FileDescriptorProto {
  const copy = clone(FileDescriptorProtoSchema, file);
  delete copy.sourceCodeInfo;
  delete copy.options;
  const fill = (message: DescriptorProto) => {
    for (const field of message.field) field.jsonName ||= protoCamelCase(field.name);
    message.nestedType.forEach(fill);
  };
  copy.messageType.forEach(fill);
  return copy;
}

function expectEqualDescriptors(image: string, generations: readonly Generation[]): void {
  const { file: compiled } = fromBinary(FileDescriptorSetSchema, readFileSync(image), {
    readUnknownFields: false,
  });
  for (const { proto } of generations.flatMap(({ files }) => files)) {
    const found = compiled.find(({ name }) => name === proto.name);
    expect(found && bare(found)).toEqual(bare(proto));
  }
}

/** Runs a check on random services, in a folder of its own. */
function forRandomServices(
  numRuns: number,
  check: (generations: Generation[], folder: string) => Promise<void>,
) {
  const property = fc.asyncProperty(randomServices, async (generations) => {
    fc.pre(generations.length > 0);
    const folder = makeCodeFolder();
    await check(generations, folder);
    removeTempFolder(folder);
  });
  // A run takes seconds: a failure shows its seed, and is not made smaller.
  return fc.assert(property, { numRuns, endOnFailure: true });
}

describe("generateProto()", () => {
  test(
    "writes text that buf and protoc compile to an equal descriptor, for random services",
    async () => {
      const python = await pythonEnvironment(grpcPythonPackages);
      await forRandomServices(runs(5), async (generations, folder) => {
        const root = join(folder, "proto");
        mkdirSync(root);
        for (const generation of generations) writeFiles(root, generateProto(generation));
        await runIn(root, npmProgram("buf"), "build", "-o", join(folder, "buf.binpb"));
        expectEqualDescriptors(join(folder, "buf.binpb"), generations);
        const names = generations.flatMap(({ files }) => files.map((file) => file.proto.name));
        const image = join(folder, "protoc.binpb");
        const args = ["-I.", `--descriptor_set_out=${image}`, ...new Set(names)];
        await runIn(root, python, "-m", "grpc_tools.protoc", ...args);
        expectEqualDescriptors(image, generations);
      });
    },
    timeout,
  );

  test("carries the descriptions of the definitions as comments", () => {
    const files = new Map(generateProto(offerGeneration()).map(({ path, content }) => [path, content]));
    const messages = files.get("timewell/features/shop/offer_v1/messages.proto");
    expect(messages).toContain("  // Orders of the day.\n  optional int64 orders = 1;");
    expect(messages).toContain("// What a user did\n// in one day */ // #.\n");
    expect(messages).toContain("  // What the item costs now.\n  optional double price = 6;");
    expect(messages).toContain("  // More than a day's worth.\n  optional bool is_dear = 1");
    const service = files.get("timewell/features/shop/offer_v1.proto");
    expect(service).toContain("// Which offer a user sees.\n");
    expect(service!.split("\n").slice(0, 3)).toEqual([
      "// Written by `timewell gen`; do not edit, make it again.",
      "// Feature service offer_v1 of project shop: revision 1, read from registry version 1.",
      "// Make it again: timewell gen offer_v1 --project shop --lang proto --out DIR",
    ]);
  });
});

describe("generateTypescript()", () => {
  test(
    "writes code that the strictest compiler takes and Node runs as it is, for random services",
    () =>
      forRandomServices(runs(1), async (generations, folder) => {
        const clients: string[] = [];
        for (const generation of generations) {
          const out = `src/${generation.project}`;
          writeFiles(join(folder, out), await generateTypescript(generation, "ts"));
          clients.push(`import "./${out}/${generation.service.name}_client.ts";\n`);
        }
        writeFiles(folder, [{ path: "all.ts", content: clients.join("") }]);
        await runIn(folder, npmProgram("tsc"), "-p", ".");
        await runIn(folder, process.execPath, "all.ts");
      }),
    timeout,
  );

  test("asks for every join key, and lets request data be left out", async () => {
    const client = (await generateTypescript(offerGeneration(), "ts")).at(-1)!.content;
    expect(client).toContain("  readonly userId: string;\n");
    expect(client).toContain("  /** What the item costs now. */\n  readonly price?: number | undefined;\n");
    expect(client).toContain("  readonly rivals?: MessageInitShape<typeof DoubleListSchema> | undefined;\n");
  });

  test("ends imports as asked", async () => {
    const files = await generateTypescript(offerGeneration(), "js");
    expect(files.map(({ content }) => content).join("")).not.toMatch(/from "\.[^"]*\.ts"/);
    expect(files.at(-1)!.content).toContain('from "./timewell/features/shop/offer_v1/messages_pb.js"');
    expect(files.at(-1)!.content).toContain("--lang ts --import-extension js --out DIR");
  });
});

describe("generatePython()", () => {
  test(
    "writes packages that mypy takes in its strict mode and Python imports, for random services",
    async () => {
      const python = await pythonEnvironment(grpcPythonPackages);
      await forRandomServices(runs(1), async (generations, folder) => {
        const clients: string[] = [];
        for (const generation of generations) {
          const package_ = generation.project;
          writeFiles(join(folder, package_), await generatePython(generation, python));
          const { name } = generation.service;
          const stub = `${package_}.timewell.features.${generation.project}.${name}_pb2_grpc`;
          clients.push(`import ${package_}.${name}_client\nimport ${stub}\n`);
        }
        writeFiles(folder, [{ path: "all.py", content: clients.join("") }]);
        await runIn(folder, python, "-m", "mypy", "--strict", "all.py");
        await runIn(folder, python, "all.py");
      });
    },
    timeout,
  );

  test("says how to install what is missing", async () => {
    await expect(generatePython(offerGeneration(), "no-such-python")).rejects.toMatchObject({
      message: expect.stringContaining("cannot start no-such-python"),
    });
    const bare = await pythonEnvironment(["six==1.16.0"]);
    await expect(generatePython(offerGeneration(), bare)).rejects.toMatchObject({
      hint: `Install it: ${bare} -m pip install grpcio-tools. Or name a Python that has it with --python.`,
    });
  });
});
