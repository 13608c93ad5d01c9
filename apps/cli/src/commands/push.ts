import { Wait, type PushRow } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { findView } from "@timewell/model";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { parseAssignments } from "../inputs/assignments.ts";
import { readJsonRows } from "../inputs/json-rows.ts";
import { type PushedVersions, rowFromFlags, rowFromJson } from "../inputs/push-rows.ts";
import { parseViewName } from "../inputs/view-names.ts";
import { gather, option } from "../option.ts";
import { count, Progress } from "../output/progress.ts";
import { pushBatches, type Refusal } from "../push-batches.ts";
import type { Session } from "../session.ts";

const example = `timewell push airport_hourly --key airport=ATL --set departures=41 --set mean_delay=7.5 --event-time now
timewell push airport_hourly --file rows.json --wait online
    rows.json: [{"airport": "ATL", "departures": 41, "event_time": "2001-01-05T12:00:00Z"}]
timewell push airport_hourly --delete --key airport=ATL
timewell push airport_hourly@2 --also-versions 1 --file rows.json      (each version takes the features that it has)`;

const refusalsShownMax = 10;

interface Options {
  readonly key?: readonly string[];
  readonly set?: readonly string[];
  readonly eventTime?: string;
  readonly file?: string;
  readonly delete?: boolean;
  readonly alsoVersions?: string;
  readonly wait?: string;
  readonly requestId?: string;
}

/** `timewell push <view>`. */
export function pushCommand(cli: Cli): Command {
  return cli
    .command(
      "push <view>",
      "Inserts, corrects or deletes rows; a feature that is left out becomes NULL",
      example,
    )
    .addOption(option("--key <name=value>", "a join key; once for each").argParser(gather))
    .addOption(
      option(
        "--set <feature=value>",
        "a feature, or an event field; lists as JSON, bytes as base64",
      ).argParser(gather),
    )
    .addOption(option("--event-time <time>", "when it happened; with --delete: now, unless given"))
    .addOption(option("--file <file>", "many rows: JSON, a list of objects or an object a line"))
    .addOption(option("--delete", "remove what is at or before the event time"))
    .addOption(
      option(
        "--also-versions <versions>",
        "write to these versions of the view too, in the same step; commas between them",
      ),
    )
    .addOption(
      option("--wait <state>", "durable: until it cannot be lost; online: until it can be read [durable]"),
    )
    .addOption(option("--request-id <text>", "makes a retry of the same rows safe; at most 10,000 rows"))
    .action(
      cli.run<Options>(async (session, options, text = "") => {
        const { view: name, version } = parseViewName(text);
        const wait = waitOf(options.wait);
        checkFlags(options);
        const alsoVersions = versionsOf(options.alsoVersions);
        const project = await session.definitions();
        const others = alsoVersions.map((other) => findView(project, name, other));
        const rows = await rowsOf(session, options, [findView(project, name, version), ...others]);
        const bar = new Progress(session.io, `push ${text}`);
        const request = {
          project: session.project,
          featureView: name,
          version,
          alsoVersions,
          wait,
          requestId: options.requestId ?? "",
        };
        const { positions, refusals } = await pushBatches(session, request, rows, (done) =>
          bar.update({ done, total: rows.length }),
        ).finally(() => bar.finish());
        const state = wait === Wait.ONLINE ? "durable and online" : "durable";
        await session.print(
          { project: session.project, view: text, accepted: positions.length, positions, refused: refusals },
          `${count(positions.length)} of ${count(rows.length)} rows ${state}.\n`,
        );
        tellRefusals(session, refusals);
        return refusals.length === 0 ? exitCodes.ok : exitCodes.error;
      }),
    );
}

function waitOf(text: string | undefined): Wait {
  if (text === undefined || text === "durable") return Wait.DURABLE;
  if (text === "online") return Wait.ONLINE;
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --wait: got ${showValue(text)}`, {
    field: "--wait",
    hint: "Use durable or online.",
  });
}

function versionsOf(text: string | undefined): number[] {
  if (text === undefined) return [];
  if (/^[1-9]\d{0,8}(,[1-9]\d{0,8})*$/.test(text)) return text.split(",").map(Number);
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --also-versions: got ${showValue(text)}`, {
    field: "--also-versions",
    hint: "Write version numbers with commas between them, like 1,2.",
  });
}

function checkFlags(options: Options): void {
  const refuse = (problem: string, hint: string) => {
    throw new FeatureStoreError("INVALID_REQUEST", problem, { hint });
  };
  const single = [options.key, options.set, options.eventTime].some((flag) => flag !== undefined);
  if (options.file !== undefined && single) {
    refuse(
      "Cannot use --file together with --key, --set or --event-time",
      "Put them into the rows of the file.",
    );
  }
  if (options.delete === true && options.set !== undefined) {
    refuse("Cannot use --set with --delete: a delete has no features", "Leave --set out.");
  }
}

async function rowsOf(session: Session, options: Options, views: PushedVersions): Promise<PushRow[]> {
  const isDelete = options.delete === true;
  const { nowUs } = session;
  if (options.file !== undefined) {
    const json = await readJsonRows(session.path(options.file), "--file");
    return json.map((row, i) => rowFromJson(views, row, i, { nowUs, isDelete }));
  }
  const keys = parseAssignments(options.key ?? [], "--key");
  const values = parseAssignments(options.set ?? [], "--set");
  return [rowFromFlags(views, { keys, values, eventTime: options.eventTime, isDelete }, nowUs)];
}

function tellRefusals(session: Session, refusals: readonly Refusal[]): void {
  for (const { row, kind, message } of refusals.slice(0, refusalsShownMax)) {
    session.note(`Refused row ${row} (${kind}): ${message}`);
  }
  const more = refusals.length - refusalsShownMax;
  if (more > 0) session.note(`… and ${more} more; --output json lists all.`);
}
