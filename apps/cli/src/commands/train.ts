import { toJson } from "@bufbuild/protobuf";
import type { TrainingSetInit } from "@timewell/client";
import { Mode, ReceiptSchema, Status, type Receipt } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { tableFormat } from "../files/table-format.ts";
import { withTempFolder } from "../files/temp-folder.ts";
import { parseDurationFlag } from "../inputs/durations.ts";
import { parseSelection, resolveSelection } from "../inputs/selection.ts";
import { option } from "../option.ts";
import { count } from "../output/progress.ts";
import { renderTable } from "../output/table.ts";
import { durationText } from "../output/time-text.ts";
import { receiveTrainingSet } from "../training-sets/receive-training-set.ts";
import { sentLabels } from "../training-sets/sent-labels.ts";

const example = `timewell train delay_v1 --labels labels.parquet --out training.parquet
timewell train airport_hourly:departures airport_hourly:mean_delay --labels labels.csv --out training.csv --statuses
timewell train delay_v1 --labels-path labels.parquet --out training.arrow    (a file that the server reads itself)
timewell train delay_v1 --labels labels.parquet --out part-0.parquet --shard 0/4    (the first quarter of the rows)`;

interface Options {
  readonly labels?: string;
  readonly labelsPath?: string;
  readonly out: string;
  readonly mode?: string;
  readonly statuses?: boolean;
  readonly maxAge?: string;
  readonly eventTimeColumn?: string;
  readonly columns?: string;
  readonly shard?: string;
  readonly order?: string;
  readonly snapshot?: string;
  readonly keepLabels: boolean;
}

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
      cli.run<Options>(async (session, options, ...words) => {
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
        const eventTimeColumn = options.eventTimeColumn ?? "event_timestamp";
        const selection = resolveSelection(await session.definitions(), requested);
        const maxAgeMs = parseDurationFlag(options.maxAge, "--max-age");
        const init = {
          project: session.project,
          ...(requested.case === "featureService"
            ? { service: requested.value }
            : { features: requested.case === "features" ? requested.value.references : [] }),
          eventTimeColumn,
          mode: modeOf(options.mode),
          includeStatuses: options.statuses === true,
          maxAgeMs: maxAgeMs === undefined ? undefined : Number(maxAgeMs),
          columns: columnsOf(options.columns),
          shard: shardOf(options.shard),
          order: orderOf(options.order),
          snapshot: options.snapshot,
          keepLabels: options.keepLabels,
        } as const;
        const textColumns = [...selection.keys, ...selection.requestData]
          .filter((key) => key.type === "STRING")
          .map((key) => key.name);
        const startMs = session.io.clock.monotonicMs();
        const receipt = await withTempFolder(async (tempDirectory) => {
          const labels = sentLabels(session, options, { textColumns, tempDirectory });
          const wanted = { ...init, labels: labels.init } as TrainingSetInit;
          return receiveTrainingSet(session, wanted, { path: out, eventTimeColumn }).catch(
            (reason: unknown) => {
              throw labels.failure() ?? reason;
            },
          );
        });
        const durationMs = session.io.clock.monotonicMs() - startMs;
        const json = { out, durationMs: Math.round(durationMs), receipt: toJson(ReceiptSchema, receipt) };
        await session.print(json, receiptText(receipt, options.out, durationMs));
      }),
    );
}

function modeOf(text: string | undefined): TrainingSetInit["mode"] {
  if (text === undefined) return undefined;
  if (text === "event-time") return "EVENT_TIME";
  if (text === "available") return "AVAILABLE";
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --mode: got ${showValue(text)}`, {
    field: "--mode",
    hint: "Use event-time or available, or leave it out for the default of each view.",
  });
}

function columnsOf(text: string | undefined): readonly string[] | undefined {
  return text?.split(",").map((name) => name.trim());
}

function shardOf(text: string | undefined): TrainingSetInit["shard"] {
  if (text === undefined) return undefined;
  const [, index, count] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  if (index !== undefined && count !== undefined && Number(index) < Number(count))
    return { index: Number(index), count: Number(count) };
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --shard: got ${showValue(text)}`, {
    field: "--shard",
    hint: "Write it as i/n, counted from 0: 0/4 to 3/4.",
  });
}

function orderOf(text: string | undefined): TrainingSetInit["order"] {
  if (text === undefined || text === "labels" || text === "event-time") return text;
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --order: got ${showValue(text)}`, {
    field: "--order",
    hint: "Use labels or event-time.",
  });
}

function receiptText(receipt: Receipt, out: string, durationMs: number): string {
  const perSecond = durationMs > 0 ? ` (${count((Number(receipt.rows) / durationMs) * 1000)} rows/s)` : "";
  const service =
    receipt.featureService === ""
      ? ""
      : `, ${receipt.featureService} revision ${receipt.featureServiceRevision}`;
  const head = `Wrote ${count(receipt.rows)} rows to ${out} in ${durationText(durationMs)}${perSecond}: registry version ${receipt.registryVersion}${service}.\n`;
  const rows = receipt.views.map((view) => {
    const countOf = (status: Status) =>
      count(view.statuses.find((counted) => counted.status === status)?.rows ?? 0n);
    return [
      view.name,
      `${view.view}@${view.version}`,
      view.mode === Mode.AVAILABLE ? "available" : "event-time",
      countOf(Status.PRESENT),
      countOf(Status.EXPIRED),
      countOf(Status.NOT_FOUND),
    ];
  });
  const table = renderTable(["NAME", "VIEW", "MODE", "PRESENT", "EXPIRED", "NOT_FOUND"], rows, [
    "PRESENT",
    "EXPIRED",
    "NOT_FOUND",
  ]);
  const part = receipt.shard === undefined ? "" : `, shard ${receipt.shard.index} of ${receipt.shard.count}`;
  const name = `Training set ${receipt.trainingSetId}${part}, digest ${receipt.digest}.\n`;
  const gaps =
    receipt.rowsInGaps === 0n
      ? ""
      : `${count(receipt.rowsInGaps)} rows lie in known outages of the online store, where callers may have got less.\n`;
  const kept = receipt.labelsKept ? "" : "The labels are not kept: to make it again, send them again.\n";
  const warnings = receipt.warnings.map((warning) => `Warning: ${warning.replace(/\.$/, "")}.\n`).join("");
  const notes = `${gaps}${kept}${warnings}`;
  return `${head}${name}\n${table}${notes === "" ? "" : `\n${notes}`}`;
}
