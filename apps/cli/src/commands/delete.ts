import { DefinitionKind } from "@timewell/contracts";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { findModels } from "../inputs/find-models.ts";
import { parseKind } from "../inputs/kinds.ts";
import { parseVersion } from "../inputs/versions.ts";
import { option } from "../option.ts";
import type { Session } from "../session.ts";

const example = `timewell delete feature-service delay_v1`;

/** `timewell delete <kind> <name>`. */
export function deleteCommand(cli: Cli): Command {
  return cli
    .command("delete <kind> <name>", "Deletes one definition that nothing else uses", example)
    .addOption(option("--base-version <version>", "delete only on this version of the project"))
    .action(
      cli.run<{ baseVersion?: string }>(async (session, options, word = "", name = "") => {
        const kind = parseKind(word);
        const baseVersion = parseVersion(options.baseVersion, "--base-version");
        const readers = await readersOf(session, kind.kind, name);
        const { version } = await session.registry.deleteDefinition(
          {
            project: session.project,
            kind: kind.kind,
            name,
            ...(baseVersion !== undefined && { baseVersion }),
          },
          { signal: session.io.signal },
        );
        await session.print(
          { project: session.project, kind: kind.word, name, version, models: readers },
          `Deleted ${kind.name} ${name}: project ${session.project} is at version ${version}.\n${warning(readers)}`,
        );
      }),
    );
}

/** Recorded models that read what goes: `delay 3`. */
async function readersOf(session: Session, kind: DefinitionKind, name: string): Promise<string[]> {
  if (kind === DefinitionKind.ENTITY) return [];
  const wanted = kind === DefinitionKind.FEATURE_VIEW ? { view: name } : { service: name };
  const models = await findModels(session, wanted);
  return models.map((model) => `${model.name} ${model.version}`);
}

function warning(readers: readonly string[]): string {
  if (readers.length === 0) return "";
  const more = readers.length > 5 ? ", …" : "";
  return `Recorded models that read it: ${readers.slice(0, 5).join(", ")}${more}.\n`;
}
