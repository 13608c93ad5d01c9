import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { parseKind } from "../inputs/kinds.ts";
import { parseVersion } from "../inputs/versions.ts";
import { option } from "../option.ts";

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
          { project: session.project, kind: kind.word, name, version },
          `Deleted ${kind.name} ${name}: project ${session.project} is at version ${version}.\n`,
        );
      }),
    );
}
