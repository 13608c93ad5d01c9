import { toJson } from "@bufbuild/protobuf";
import { ApplyResponseSchema } from "@timewell/contracts";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { loadDefinitions } from "../inputs/definitions-module.ts";
import { parseVersion } from "../inputs/versions.ts";
import { option } from "../option.ts";
import { planDiff, planSummary } from "../output/plan-diff.ts";

const example = `timewell apply features.ts
timewell apply features.py --python .venv/bin/python
timewell apply features.ts --base-version 7    (only if nobody applied since version 7)`;

/** `timewell apply [definitions]`. */
export function applyCommand(cli: Cli): Command {
  return cli
    .command("apply [definitions]", "Applies definitions in one atomic step, and shows what changed", example)
    .addOption(
      option("--base-version <version>", "apply only on this version; default: the one just planned on"),
    )
    .addOption(option("--python <program>", "Python that has timewell, for definitions in Python [python3]"))
    .action(
      cli.run<{ baseVersion?: string; python?: string }>(async (session, options, file) => {
        const path = file === undefined ? session.settings.definitions : session.path(file);
        const wanted = parseVersion(options.baseVersion, "--base-version");
        const definitions = await loadDefinitions(path, {
          python: options.python,
          note: (text) => session.note(text),
        });
        const { project } = session;
        const call = { signal: session.io.signal };
        const plan = await session.registry.plan({ project, definitions }, call);
        if (!session.isJson && plan.changes.length > 0) {
          await session.io.out(`${planDiff(plan.changes, session.palette)}\n`);
        }
        const baseVersion = wanted ?? plan.baseVersion;
        const applied = await session.registry.apply({ project, definitions, baseVersion }, call);
        const text =
          applied.changes.length === 0
            ? `Nothing to do: project ${project} is at version ${applied.version}.\n`
            : `${session.palette.green("Applied")} version ${applied.version} of project ${project}: ${planSummary(applied.changes)}.\n`;
        const json = toJson(ApplyResponseSchema, applied, { alwaysEmitImplicit: true });
        await session.print({ project, ...(json as object) }, text);
      }),
    );
}
