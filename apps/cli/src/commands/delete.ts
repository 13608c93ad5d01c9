import { DefinitionKind } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { deleteRows, type DeleteRowsFlags } from "../delete-rows.ts";
import { exitCodes } from "../exit-codes.ts";
import { findModels } from "../inputs/find-models.ts";
import { parseKind } from "../inputs/kinds.ts";
import { parseVersion } from "../inputs/versions.ts";
import { gather, option } from "../option.ts";
import type { Session } from "../session.ts";

const example = `timewell delete feature-service delay_v1
timewell delete rows airport_hourly --key airport=ATL                   (what is there up to now; history stays)
timewell delete rows airport_hourly --file keys.json --at 2001-01-05T12:00:00Z
    keys.json: [{"airport": "ATL"}, {"airport": "BOS"}]`;

interface Options extends DeleteRowsFlags {
  readonly baseVersion?: string;
}

/** `timewell delete <kind> <name>`. */
export function deleteCommand(cli: Cli): Command {
  return cli
    .command(
      "delete <kind> <name>",
      "Deletes one definition that nothing else uses, or rows of a view",
      example,
    )
    .addOption(option("--base-version <version>", "delete only on this version of the project"))
    .addOption(option("--key <name=value>", "rows: a join key; once for each").argParser(gather))
    .addOption(option("--file <file>", "rows: many keys: JSON, a list of objects or an object a line"))
    .addOption(option("--at <time>", "rows: delete what happened at or before this time [now]"))
    .action(
      cli.run<Options>(async (session, options, word = "", name = "") => {
        if (word === "rows") return deleteRows(session, name, options);
        refuseRowFlags(options);
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
        return exitCodes.ok;
      }),
    );
}

function refuseRowFlags({ key, file, at }: DeleteRowsFlags): void {
  if (key === undefined && file === undefined && at === undefined) return;
  throw new FeatureStoreError("INVALID_REQUEST", "Cannot use --key, --file or --at with a definition", {
    hint: "To delete rows of a view, write timewell delete rows VIEW.",
  });
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
