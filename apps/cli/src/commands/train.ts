import { toJson } from "@bufbuild/protobuf";
import type { TrainingSetInit } from "@timewell/client";
import { ReceiptSchema } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { tableFormat } from "../files/table-format.ts";
import { withTempFolder } from "../files/temp-folder.ts";
import { parseSelection, resolveSelection } from "../inputs/selection.ts";
import { option } from "../option.ts";
import { receiptText } from "../training-sets/receipt-text.ts";
import { receiveTrainingSet } from "../training-sets/receive-training-set.ts";
import { sentLabels } from "../training-sets/sent-labels.ts";
import { trainingInit, type TrainOptions } from "../training-sets/train-options.ts";

const example = `timewell train delay_v1 --labels labels.parquet --out training.parquet
timewell train airport_hourly:departures airport_hourly:mean_delay --labels labels.csv --out training.csv --statuses
timewell train delay_v1 --labels-path labels.parquet --out training.arrow    (a file that the server reads itself)
timewell train delay_v1 --labels labels.parquet --out part-0.parquet --shard 0/4    (the first quarter of the rows)`;

/** `timewell train <service|references…>`. */
export function trainCommand(cli: Cli): Command {
  return cli
    .command(
      "train <service|view:feature...>",
      "Joins labels with history, point in time, into a file",
      example,
    )
    .addOption(option("--labels <file>", "label rows of this machine: .parquet, .csv or .arrow"))
    .addOption(option("--labels-path <path>", "label rows that the server reads itself, below its data root"))
    .addOption(
      option("--out <file>", "where the training set goes: .parquet, .csv or .arrow").makeOptionMandatory(),
    )
    .addOption(option("--mode <mode>", "event-time or available; which history counts [per view]"))
    .addOption(option("--statuses", "add a column <view>__status for each view"))
    .addOption(option("--max-age <duration>", "treat older rows as EXPIRED; it only tightens the ttl"))
    .addOption(
      option("--event-time-column <name>", "column of the labels with their instants [event_timestamp]"),
    )
    .addOption(
      option("--columns <names>", "columns to write, of labels and features, in this order: a,b,c [all]"),
    )
    .addOption(option("--shard <i/n>", "a part of the rows: 0/4 is the first quarter, 3/4 the last [all]"))
    .addOption(option("--order <order>", "labels or event-time [labels]"))
    .addOption(option("--snapshot <id>", "read the offline store as of a snapshot of before [as it is now]"))
    .addOption(option("--no-keep-labels", "the server keeps no copy of the labels: a rebuild asks for them"))
    .action(
      cli.run<TrainOptions>(async (session, options, ...words) => {
        const requested = parseSelection(words.flat() as string[]);
        const out = session.path(options.out);
        tableFormat(out, "--out");
        if (options.labels !== undefined && session.path(options.labels) === out) {
          throw new FeatureStoreError(
            "INVALID_REQUEST",
            "Cannot write the training set over its own labels",
            {
              field: "--out",
              hint: "Name another file.",
            },
          );
        }
        const selection = resolveSelection(await session.definitions(), requested);
        const flags = trainingInit(options);
        const init = {
          project: session.project,
          ...(requested.case === "featureService"
            ? { service: requested.value }
            : { features: requested.case === "features" ? requested.value.references : [] }),
          ...flags,
        } as const;
        const textColumns = [...selection.keys, ...selection.requestData]
          .filter((key) => key.type === "STRING")
          .map((key) => key.name);
        const startMs = session.io.clock.monotonicMs();
        const receipt = await withTempFolder(async (tempDirectory) => {
          const labels = sentLabels(session, options, { textColumns, tempDirectory });
          const wanted = { ...init, labels: labels.init } as TrainingSetInit;
          return receiveTrainingSet(session, wanted, {
            path: out,
            eventTimeColumn: flags.eventTimeColumn,
          }).catch((reason: unknown) => {
            throw labels.failure() ?? reason;
          });
        });
        const durationMs = session.io.clock.monotonicMs() - startMs;
        const json = { out, durationMs: Math.round(durationMs), receipt: toJson(ReceiptSchema, receipt) };
        await session.print(json, receiptText(receipt, options.out, durationMs));
      }),
    );
}
