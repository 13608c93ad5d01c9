import { FeatureStoreError, showValue } from "@timewell/errors";
import type { Command } from "commander";
import { relative } from "node:path";
import type { CompiledProject } from "@timewell/model";
import type { Cli } from "../cli.ts";
import { describeGeneration } from "../codegen/describe-generation.ts";
import { generateProto } from "../codegen/generate-proto.ts";
import { generatePython } from "../codegen/generate-python.ts";
import { generateTypescript, type ImportExtension } from "../codegen/generate-typescript.ts";
import { describePushGeneration } from "../codegen/describe-push-generation.ts";
import {
  type GeneratedFile,
  type Generation,
  isOfService,
  type Language,
  type PushGeneration,
} from "../codegen/generation.ts";
import { writeGenerated } from "../codegen/write-generated.ts";
import { parseViewName } from "../inputs/view-names.ts";
import { gather, option } from "../option.ts";

const example = `timewell gen delay_v1 --lang ts --out src/features
timewell gen delay_v1 --lang proto --lang python --out features
timewell gen --push airport_hourly --lang python --out pushes`;

interface Options {
  readonly lang: readonly string[] | string;
  readonly out: string;
  readonly importExtension?: string;
  readonly python?: string;
  readonly force?: boolean;
  readonly push?: string;
}

const languages = ["proto", "ts", "python"] as const;
const importExtensions = ["ts", "js", "none"] as const;

/** `timewell gen <service>`. */
export function genCommand(cli: Cli): Command {
  return cli
    .command(
      "gen [service]",
      "Writes a typed client that reads a feature service or pushes to a feature view, or .proto files",
      example,
    )
    .addOption(
      option("--push <view>", "instead of a service: code that pushes rows to a view; VIEW or VIEW@2"),
    )
    .addOption(
      option("--lang <language>", "proto, ts or python; may be given more than once")
        .argParser(gather)
        .makeOptionMandatory(),
    )
    .addOption(
      option("--out <folder>", "where to write; it becomes a package of Python").makeOptionMandatory(),
    )
    .addOption(option("--import-extension <extension>", "how imports end in TypeScript: ts, js or none [ts]"))
    .addOption(option("--python <program>", "Python that has grpcio-tools [python3]"))
    .addOption(option("--force", "overwrite files that were not generated, too"))
    .action(
      cli.run<Options>(async (session, options, name = "") => {
        const wanted = languagesOf(options.lang);
        const extension = oneOf("--import-extension", options.importExtension ?? "ts", importExtensions);
        const folder = session.path(options.out);
        checkSubject(name, options.push);
        const project = await session.definitions();
        const generation = describe(project, name, options.push);
        const files: GeneratedFile[] = [];
        for (const language of wanted)
          files.push(...(await generate(language, generation, extension, options.python ?? "python3")));
        const written = await writeGenerated(folder, files, options.force === true);
        const count = written.filter((file) => file.written).length;
        const { subject, revision } = generation;
        const shown = relative(session.io.cwd, folder) || ".";
        const rest = count === written.length ? "" : `, ${written.length - count} unchanged`;
        await session.print(
          {
            project: project.project,
            ...(isOfService(generation) ? { service: generation.service.name } : { push: options.push }),
            revision,
            registryVersion: project.version,
            folder,
            files: written,
          },
          `${written.map((file) => `  ${file.path}\n`).join("")}Wrote ${count} files to ${shown}${rest}: ${isOfService(generation) ? generation.service.name : subject}, revision ${revision}.\n`,
        );
      }),
    );
}

function checkSubject(service: string, view: string | undefined): void {
  if ((service === "") !== (view === undefined)) return;
  throw new FeatureStoreError("INVALID_CONFIG", "Cannot tell what to generate code for", {
    field: "--push",
    hint: "Name a feature service, or a feature view with --push.",
  });
}

function describe(
  project: CompiledProject,
  service: string,
  pushed: string | undefined,
): Generation | PushGeneration {
  if (pushed === undefined) return describeGeneration(project, service);
  const { view, version } = parseViewName(pushed);
  return describePushGeneration(project, view, version);
}

async function generate(
  language: Language,
  generation: Generation | PushGeneration,
  importExtension: ImportExtension,
  python: string,
): Promise<GeneratedFile[]> {
  switch (language) {
    case "proto":
      return generateProto(generation);
    case "ts":
      return generateTypescript(generation, importExtension);
    case "python":
      return generatePython(generation, python);
  }
}

function languagesOf(given: readonly string[] | string): readonly Language[] {
  // Flags are gathered; the environment has one text.
  const words = [given].flat().flatMap((word) => word.split(","));
  return [...new Set(words.map((word) => oneOf("--lang", word, languages)))];
}

function oneOf<T extends string>(flag: string, given: string, known: readonly T[]): T {
  const found = known.find((word) => word === given);
  if (found !== undefined) return found;
  throw new FeatureStoreError("INVALID_CONFIG", `Cannot use ${flag}: got ${showValue(given)}`, {
    field: flag,
    hint: `Use ${known.slice(0, -1).join(", ")} or ${known.at(-1)}.`,
  });
}
