import { FeatureStoreError, showValue } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { option } from "../option.ts";
import { describeTrainingSet } from "../training-sets/describe-training-set.ts";
import { diffTrainingSets } from "../training-sets/diff-training-sets.ts";
import { type ListOptions, listTrainingSets } from "../training-sets/list-training-sets.ts";
import { type RebuildOptions, rebuildTrainingSet } from "../training-sets/rebuild-training-set.ts";

const example = `timewell training-sets list --service delay_v1
timewell training-sets describe ts_9f86d081           (8 characters of an id are enough)
timewell training-sets rebuild ts_9f86d081 --out training.parquet    (the same rows again, byte for byte)
timewell training-sets diff ts_9f86d081 ts_2c26b46b   (what was not the same)`;

/** `timewell training-sets list|describe|rebuild|diff`. */
export function trainingSetsCommand(cli: Cli): Command {
  return cli
    .command(
      "training-sets <list|describe|rebuild|diff> [id] [other]",
      "Shows recorded training sets, makes them again, and compares them",
      example,
    )
    .addOption(option("--service <name>", "list: only those of this feature service"))
    .addOption(option("--limit <count>", "list: show at most this many [100]"))
    .addOption(option("--out <file>", "rebuild: where the training set goes: .parquet, .csv or .arrow"))
    .addOption(option("--labels <file>", "rebuild: the label rows, where they were not kept"))
    .addOption(option("--labels-path <path>", "rebuild: the same, where the server reads them itself"))
    .action(
      cli.run<ListOptions & RebuildOptions>(async (session, options, action, id = "", other = "") => {
        if (action === "list") return listTrainingSets(session, options);
        if (action === "describe") return describeTrainingSet(session, id);
        if (action === "rebuild") return rebuildTrainingSet(session, id, options);
        if (action === "diff") return diffTrainingSets(session, id, other);
        throw new FeatureStoreError("INVALID_REQUEST", `Cannot do ${showValue(action)} with training sets`, {
          field: "action",
          hint: "Use list, describe, rebuild or diff.",
        });
      }),
    );
}
