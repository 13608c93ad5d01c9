import type { EntityRow, GetOnlineFeaturesResponse } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { RequestedSelection } from "@timewell/model";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { parseAssignments } from "../inputs/assignments.ts";
import { parseDurationFlag } from "../inputs/durations.ts";
import { parsePositions } from "../inputs/log-positions.ts";
import { unreachable } from "../errors/unreachable.ts";
import { entityRows, guessedRows, type RowFields } from "../inputs/entity-rows.ts";
import { readJsonRows } from "../inputs/json-rows.ts";
import { parseSelection, resolveSelection } from "../inputs/selection.ts";
import { parseTime } from "../inputs/times.ts";
import { gather, option } from "../option.ts";
import { answerValue } from "../output/answer-value.ts";
import { callsTable } from "../output/calls-table.ts";
import { onlineCells, onlineTable, statusName } from "../output/online-table.ts";
import { timeText } from "../output/time-text.ts";
import { valueText } from "../output/value-text.ts";
import type { Session } from "../session.ts";

const example = `timewell get delay_v1 --key origin=ATL --key destination=BOS
timewell get airport_hourly:departures airport_hourly:mean_delay --key airport=ATL --as-of 2001-01-05T12:00:00Z --times
timewell get delay_v2 --key origin=ATL --key destination=BOS --data planned_delay_min=45
timewell get delay_v1 --rows rows.json    (rows.json: [{"origin": "ATL", "destination": "BOS"}])`;

interface Options {
  readonly key?: readonly string[];
  readonly data?: readonly string[];
  readonly rows?: string;
  readonly asOf?: string;
  readonly maxAge?: string;
  readonly times?: boolean;
  readonly allowPartial?: boolean;
  readonly after?: readonly string[];
}

/** `timewell get <service|references…>`. */
export function getCommand(cli: Cli): Command {
  return cli
    .command("get <service|view:feature...>", "Reads features online", example)
    .addOption(option("--key <name=value>", "a join key; once for each").argParser(gather))
    .addOption(option("--data <name=value>", "request data of the service; once for each").argParser(gather))
    .addOption(
      option(
        "--rows <file>",
        "many entities with their request data: JSON, a list of objects or an object a line",
      ),
    )
    .addOption(option("--as-of <time>", "answer as of this time [now]"))
    .addOption(option("--max-age <duration>", "treat older rows as EXPIRED; it only tightens the ttl"))
    .addOption(option("--times", "show event times and available times"))
    .addOption(
      option(
        "--allow-partial",
        "answer UNAVAILABLE where the store does not answer in time, instead of failing",
      ),
    )
    .addOption(
      option(
        "--after <partition:position>",
        "wait until a pushed row can be read; once for each position that push answered",
      ).argParser(gather),
    )
    .action(
      cli.run<Options>(async (session, options, ...words) => {
        const requested = parseSelection(words.flat() as string[]);
        const given = options.key !== undefined ? "--key" : options.data !== undefined ? "--data" : undefined;
        if (given !== undefined && options.rows !== undefined) {
          throw new FeatureStoreError("INVALID_REQUEST", `Cannot use ${given} and --rows together`, {
            hint: "Put every key and all request data into the rows of the file.",
          });
        }
        const rows =
          options.rows === undefined ? undefined : await readJsonRows(session.path(options.rows), "--rows");
        const keys = parseAssignments(options.key ?? [], "--key");
        const data = parseAssignments(options.data ?? [], "--data");
        const fields = await fieldsOf(session, requested);
        const entities =
          fields === undefined
            ? guessedRows({ texts: keys, data, rows })
            : entityRows(fields, { texts: new Map([...keys, ...data]), rows }, session.nowUs);
        const answer = await session.serving.getOnlineFeatures(
          {
            project: session.project,
            selection: requested,
            rows: entities,
            options: readOptions(session, options),
          },
          { signal: session.io.signal },
        );
        const titles = entities.map((row) => titleOf(row));
        const table = onlineTable(answer, {
          titles,
          palette: session.palette,
          withTimes: options.times === true,
        });
        const calls = session.isVerbose ? { calls: session.calls } : {};
        await session.print({ ...answerJson(answer), ...calls }, table);
        session.trace(
          `Served at ${timeText(answer.servedAtUs)} from registry version ${answer.registryVersion}`,
        );
        session.trace(callsTable(session.calls).trimEnd());
      }),
    );
}

function readOptions(session: Session, options: Options) {
  const maxAgeMs = parseDurationFlag(options.maxAge, "--max-age");
  const asOfUs = options.asOf === undefined ? undefined : parseTime(options.asOf, session.nowUs, "--as-of");
  return {
    includeTimes: options.times === true,
    allowPartial: options.allowPartial === true,
    after: parsePositions(options.after ?? [], "--after"),
    ...(asOfUs !== undefined && { asOfUs }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
  };
}

/** The keys, the request data and their types; undefined where the registry does not answer, since serving goes on without it. */
async function fieldsOf(session: Session, requested: RequestedSelection): Promise<RowFields | undefined> {
  try {
    return resolveSelection(await session.definitions(), requested);
  } catch (reason) {
    const lost = unreachable(reason, session.lastService, session.settings);
    if (lost === undefined) throw reason;
    session.note(
      `Warning: ${lost.message}. The types of keys are guessed: whole numbers are INT64, the rest STRING.`,
    );
    return undefined;
  }
}

function titleOf(row: EntityRow): string {
  return [...Object.entries(row.keys), ...Object.entries(row.requestData)]
    .map(([name, key]) => {
      const { value, type } = answerValue(key);
      return `${name}=${valueText(value, type)}`;
    })
    .join(" ");
}

function answerJson(answer: GetOnlineFeaturesResponse) {
  const cells = onlineCells(answer);
  return {
    servedAtUs: answer.servedAtUs,
    registryVersion: answer.registryVersion,
    serviceRevision: answer.serviceRevision,
    rows: answer.rows.map((row, r) => ({
      values: Object.fromEntries((cells[r] ?? []).map(({ name, value }) => [name, value])),
      views: Object.fromEntries(
        answer.views.map(({ name, view, version }, i) => [
          name,
          {
            view,
            version,
            status: statusName(row.statuses[i]),
            ...(row.eventTimesUs.length > 0 && {
              eventTimeUs: row.eventTimesUs[i] === 0n ? null : row.eventTimesUs[i],
              availableTimeUs: row.availableTimesUs[i] === 0n ? null : row.availableTimesUs[i],
            }),
          },
        ]),
      ),
    })),
  };
}
