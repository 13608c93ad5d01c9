import { toJson } from "@bufbuild/protobuf";
import { PlanResponseSchema } from "@timewell/contracts";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadDefinitions } from "../inputs/definitions-module.ts";
import { option } from "../option.ts";
import { planDiff, planSummary } from "../output/plan-diff.ts";

const example = `timewell plan features.ts

+ entity airport  (create)
~ feature view airport_hourly  (update)
    ttl: 6h → 12h

Exit code 0: nothing to do; 2: changes; 1: an error, a wrong command line included.`;

/** `timewell plan [definitions]`. */
export function planCommand(cli: Cli): Command {
  return cli
    .command("plan [definitions]", "Shows what apply would change", example)
    .addOption(option("--python <program>", "Python that has timewell, for definitions in Python [python3]"))
    .action(
      cli.run<{ python?: string }>(async (session, { python }, file) => {
        const path = file === undefined ? session.settings.definitions : session.path(file);
        const definitions = await loadDefinitions(path, { python, note: (text) => session.note(text) });
        const plan = await session.registry.plan(
          { project: session.project, definitions },
          { signal: session.io.signal },
        );
        const text =
          plan.changes.length === 0
            ? `Nothing to do: project ${session.project} is at version ${plan.baseVersion}.\n`
            : `${planDiff(plan.changes, session.palette)}\n${planSummary(plan.changes)}, on version ${plan.baseVersion} of project ${session.project}. Run \`timewell apply\` to do it.\n`;
        const json = toJson(PlanResponseSchema, plan, { alwaysEmitImplicit: true });
        await session.print({ project: session.project, ...(json as object) }, text);
        return plan.changes.length === 0 ? exitCodes.ok : exitCodes.changes;
      }),
    );
}
