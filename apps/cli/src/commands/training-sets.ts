import { FeatureStoreError, showValue } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { option } from "../option.ts";
import { describeTrainingSet } from "../training-sets/describe-training-set.ts";
import { diffTrainingSets } from "../training-sets/diff-training-sets.ts";
import { type ListOptions, listTrainingSets } from "../training-sets/list-training-sets.ts";

const example = `timewell training-sets list --service delay_v1
timewell training-sets describe ts_9f86d081           (8 characters of an id are enough)
timewell training-sets diff ts_9f86d081 ts_2c26b46b   (what was not the same)`;

/** `timewell training-sets list|describe|diff`. */
export function trainingSetsCommand(cli: Cli): Command {
  return cli
    .command(
      "training-sets <list|describe|diff> [id] [other]",
      "Shows recorded training sets and compares them",
      example,
    )
    .addOption(option("--service <name>", "list: only those of this feature service"))
    .addOption(option("--limit <count>", "list: show at most this many [100]"))
    .action(
      cli.run<ListOptions>(async (session, options, action, id = "", other = "") => {
        if (action === "list") return listTrainingSets(session, options);
        if (action === "describe") return describeTrainingSet(session, id);
        if (action === "diff") return diffTrainingSets(session, id, other);
        throw new FeatureStoreError("INVALID_REQUEST", `Cannot do ${showValue(action)} with training sets`, {
          field: "action",
          hint: "Use list, describe or diff.",
        });
      }),
    );
}
