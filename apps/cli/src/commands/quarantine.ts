import { toJson } from "@bufbuild/protobuf";
import { type QuarantinedRow, QuarantinedRow_Origin, QuarantinedRowSchema } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { gather, option } from "../option.ts";
import { count } from "../output/progress.ts";
import { renderPairs, renderTable } from "../output/table.ts";
import { ageText, timeText } from "../output/time-text.ts";
import type { Session } from "../session.ts";

interface Wanted {
  readonly id?: readonly string[];
  readonly kind?: string;
  readonly all?: boolean;
  readonly limit?: string;
}

const example = `timewell quarantine list                           (what pushes and topics brought that could not be used, the latest first)
timewell quarantine list departures --kind INVALID_VALUE
timewell quarantine show 17                        (one of them: why it was refused, and what it holds)
timewell quarantine replay departures --all        (after the definition was mended: try again; what is accepted leaves)
timewell quarantine drop departures --id 17 --id 18`;

const limitDefault = 100;

/** `timewell quarantine list|show|replay|drop`. */
export function quarantineCommand(cli: Cli): Command {
  return cli
    .command(
      "quarantine <list|show|replay|drop> [view-or-id]",
      "Shows, tries again or drops rows that ingestion refused and kept",
      example,
    )
    .addOption(option("--kind <kind>", "only those with this kind of error; docs/errors.md lists them"))
    .addOption(option("--id <id>", "replay, drop: this row; may be given more than once").argParser(gather))
    .addOption(option("--all", "replay, drop: all rows of the view"))
    .addOption(option("--limit <count>", `list: at most this many [${limitDefault}]`))
    .action(
      cli.run<Wanted>(async (session, wanted, action, subject) => {
        if (action === "list") return list(session, wanted, subject);
        if (action === "show") return show(session, subject);
        if (action === "replay") return replay(session, wanted, subject);
        if (action === "drop") return drop(session, wanted, subject);
        throw new FeatureStoreError("INVALID_REQUEST", `Cannot do ${showValue(action)} with the quarantine`, {
          field: "action",
          hint: "Use list, show, replay or drop.",
        });
      }),
    );
}

async function list(session: Session, wanted: Wanted, featureView = ""): Promise<void> {
  const { project, nowUs } = session;
  const limit = limitOf(wanted.limit);
  const rows: QuarantinedRow[] = [];
  let pageToken = "";
  do {
    const pageSize = Math.min(limit - rows.length, 1_000);
    const request = { project, featureView, kind: wanted.kind ?? "", pageSize, pageToken };
    const page = await session.ingestion.listQuarantine(request, { signal: session.io.signal });
    rows.push(...page.rows);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && rows.length < limit);
  const more = pageToken === "" ? "" : `There are more: raise --limit, or name a view or --kind.\n`;
  const table = rows.length === 0 ? "Nothing that was asked for is in quarantine.\n" : listed(rows, nowUs);
  await session.print({ project, rows: rows.map(rowJson), more: more !== "" }, `${table}${more}`);
}

function listed(rows: readonly QuarantinedRow[], nowUs: bigint): string {
  return renderTable(
    ["ID", "VIEW", "FROM", "REFUSED", "KIND", "WHY"],
    rows.map((row) => [
      String(row.id),
      `${row.view}@${row.version}`,
      fromText(row),
      ageText(row.refusedAtUs, nowUs),
      row.kind,
      shortened(row.message),
    ]),
  );
}

async function show(session: Session, id = ""): Promise<void> {
  const request = { project: session.project, id: idOf(id, "the row to show") };
  const answer = await session.ingestion.getQuarantined(request, { signal: session.io.signal });
  const row = answer.row!;
  const recordKey = answer.recordKey && Buffer.from(answer.recordKey);
  const content =
    answer.contentJson !== ""
      ? answer.contentJson
      : `base64 ${Buffer.from(answer.content).toString("base64")}`;
  const pairs = renderPairs([
    ["Row", String(row.id)],
    ["View", `${row.view}@${row.version}`],
    ["From", fromText(row)],
    ["Refused", timeText(row.refusedAtUs)],
    ["Kind", row.kind],
    ...(row.constraint === "" ? [] : [["Constraint", row.constraint] as [string, string]]),
    ["Why", row.message],
    ["Size", `${count(row.contentBytes)} bytes`],
    ...(recordKey === undefined ? [] : [["Key", recordKey.toString("utf8")] as [string, string]]),
  ]);
  const json = {
    ...rowJson(row),
    content: Buffer.from(answer.content).toString("base64"),
    contentJson: answer.contentJson,
    ...(recordKey && { recordKey: recordKey.toString("base64") }),
  };
  await session.print(json, `${pairs}\n${content}\n`);
}

async function replay(session: Session, wanted: Wanted, featureView = ""): Promise<void> {
  const { project } = session;
  const request = { project, featureView, selection: selectionOf(wanted) };
  const { accepted, refused, firstRefused } = await session.ingestion.replayQuarantine(request, {
    signal: session.io.signal,
  });
  const table = firstRefused.length === 0 ? "" : `\n${listed(firstRefused, session.nowUs)}`;
  await session.print(
    { project, accepted, refused, firstRefused: firstRefused.map(rowJson) },
    `Accepted ${count(accepted)} rows; ${count(refused)} were refused again and stay.\n${table}`,
  );
}

async function drop(session: Session, wanted: Wanted, featureView = ""): Promise<void> {
  const { project } = session;
  const request = { project, featureView, selection: selectionOf(wanted) };
  const { dropped } = await session.ingestion.dropQuarantined(request, { signal: session.io.signal });
  await session.print({ project, dropped }, `Dropped ${count(dropped)} rows.\n`);
}

function selectionOf({ id = [], kind = "", all = false }: Wanted) {
  return { ids: id.map((one) => idOf(one, "--id")), kind, all };
}

function idOf(text: string, what: string): bigint {
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot read ${what}: got ${showValue(text)}, expected a number`,
    {
      field: "id",
      hint: "`timewell quarantine list` shows the ids.",
    },
  );
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return limitDefault;
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new FeatureStoreError(
    "INVALID_REQUEST",
    `Cannot read --limit: got ${showValue(text)}, expected a whole number`,
    {
      field: "--limit",
      hint: "Write it like 500.",
    },
  );
}

function fromText({ origin, from }: QuarantinedRow): string {
  if (origin === QuarantinedRow_Origin.STREAM) return from;
  return from === "" ? "push" : `push by ${from}`;
}

function shortened(message: string): string {
  return message.length > 90 ? `${message.slice(0, 90)}…` : message;
}

function rowJson(row: QuarantinedRow): object {
  return toJson(QuarantinedRowSchema, row, { alwaysEmitImplicit: true }) as object;
}
