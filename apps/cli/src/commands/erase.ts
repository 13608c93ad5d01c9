import { toJson } from "@bufbuild/protobuf";
import {
  type EraseReceipt,
  EraseReceiptSchema,
  type FindEntityResponse,
  type Value,
} from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { CompiledProject, CompiledView } from "@timewell/model";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { exitCodes } from "../exit-codes.ts";
import { parseAssignments } from "../inputs/assignments.ts";
import { keyValues } from "../inputs/entity-rows.ts";
import { option } from "../option.ts";
import { count } from "../output/progress.ts";
import { renderPairs } from "../output/table.ts";
import { timeText } from "../output/time-text.ts";
import type { Session } from "../session.ts";

const example = `timewell erase user user_id=17                      (shows what is there; nothing is removed)
timewell erase user user_id=17 --yes --reason "request 4711"
timewell erase user user_id=17 --verify             (looks everywhere again: exit code 0 if nothing is left)`;

interface Options {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly verify?: boolean;
}

/** The parts of a request that name an entity. */
interface NamedEntity {
  readonly project: string;
  readonly entity: string;
  readonly keys: Record<string, Value>;
}

/** `timewell erase <entity> <key=value...>`. */
export function eraseCommand(cli: Cli): Command {
  return cli
    .command(
      "erase <entity> [key=value...]",
      "Removes an entity from everything that Timewell holds, history included, for good",
      example,
    )
    .addOption(option("--reason <text>", "why, for the receipt"))
    .addOption(option("--yes", "do it; without it the command only shows what is there"))
    .addOption(option("--verify", "look whether anything is left"))
    .action(
      cli.run<Options>(async (session, options, entity = "", ...words) => {
        const named = {
          project: session.project,
          entity,
          keys: await keysOf(session, entity, words.flat() as string[]),
        };
        if (options.verify === true) return verify(session, named);
        if (options.yes !== true) return show(session, named);
        return erase(session, named, options.reason ?? "");
      }),
    );
}

async function keysOf(session: Session, entity: string, words: readonly string[]) {
  const view = viewOf(await session.definitions(), entity);
  const texts = parseAssignments(words, "the key");
  return keyValues(view.keys, { texts }, session.nowUs, "the key");
}

function viewOf(project: CompiledProject, entity: string): CompiledView {
  const views = [...project.viewsById.values()].sort((a, b) => b.id - a.id);
  const found = views.find((view) => view.entity === entity);
  if (found !== undefined) return found;
  throw new FeatureStoreError("ENTITY_NOT_FOUND", `Cannot find entity ${entity}: no view has it`, {
    field: "entity",
    hint: "See `timewell list entities`.",
  });
}

async function show(session: Session, named: NamedEntity): Promise<number> {
  const { found } = await session.ingestion.findEntity(named, { signal: session.io.signal });
  await session.print(json(found), `Found of ${named.entity}:\n${text(found!)}`);
  session.note("Nothing is removed. Run it again with --yes to erase what was found, for good.");
  return exitCodes.usage;
}

async function verify(session: Session, named: NamedEntity): Promise<number> {
  const answer = await session.ingestion.findEntity(named, { signal: session.io.signal });
  const found = answer.found!;
  const isLeft = hasRows(found);
  const told = isLeft ? `Left of ${named.entity}:\n${text(found)}` : nothingLeft(named.entity, answer);
  await session.print(json(found), told);
  return isLeft ? exitCodes.error : exitCodes.ok;
}

function nothingLeft(entity: string, { found, receipts }: FindEntityResponse): string {
  const ids = receipts.map(({ id }) => id).join(", ");
  const sources = sourceText(found!);
  return `Nothing of this ${entity} is left in Timewell${ids === "" ? "" : `; erased by ${ids}`}.\n${sources}`;
}

async function erase(session: Session, named: NamedEntity, reason: string): Promise<void> {
  let receipt: EraseReceipt | undefined;
  const request = { ...named, reason };
  for await (const part of session.ingestion.eraseEntity(request, { signal: session.io.signal })) {
    if (part.step !== "") session.trace(part.step);
    receipt = part.receipt ?? receipt;
  }
  if (receipt === undefined)
    throw new FeatureStoreError("INTERNAL", "Cannot finish the erase: the stream ended without a receipt", {
      hint: "Run it again: what is removed already stays removed.",
    });
  await session.print(
    json(receipt),
    `Erased ${named.entity} at ${timeText(receipt.erasedAtUs)}, receipt ${receipt.id}:\n${text(receipt)}`,
  );
}

function hasRows(found: EraseReceipt): boolean {
  const rows = found.onlineRows + found.logRows + found.segmentRows + found.quarantinedRows;
  return rows > 0n || found.labelFiles > 0;
}

function json(receipt: EraseReceipt | undefined) {
  return receipt && (toJson(EraseReceiptSchema, receipt, { alwaysEmitImplicit: true }) as object);
}

function text(receipt: EraseReceipt): string {
  const pairs = renderPairs([
    ["Online rows", count(receipt.onlineRows)],
    ["Log rows", count(receipt.logRows)],
    ["Segment rows", `${count(receipt.segmentRows)} in ${count(receipt.segmentsRewritten)} segments`],
    ["Quarantined rows", count(receipt.quarantinedRows)],
    ["Label files", count(receipt.labelFiles)],
    ["Training sets", receipt.trainingSetIds.join(", ") || "none"],
  ]);
  return `${pairs}${sourceText(receipt)}`;
}

function sourceText({ sourceRows }: EraseReceipt): string {
  if (sourceRows.length === 0) return "";
  const lines = sourceRows.map(({ view, path, rows }) => `  ${path} (${view}): ${count(rows)} rows`);
  return `Source files hold it, too. They are not Timewell's to change:\n${lines.join("\n")}\n`;
}
