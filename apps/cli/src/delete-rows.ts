import { Wait, type PushRow } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { findView, type CompiledView } from "@timewell/model";
import { exitCodes } from "./exit-codes.ts";
import { parseAssignments } from "./inputs/assignments.ts";
import { readJsonRows } from "./inputs/json-rows.ts";
import { rowFromFlags, rowFromJson } from "./inputs/push-rows.ts";
import { parseTime } from "./inputs/times.ts";
import { parseViewName } from "./inputs/view-names.ts";
import { count } from "./output/progress.ts";
import { pushBatches } from "./push-batches.ts";
import type { Session } from "./session.ts";

/** Which rows `timewell delete rows` deletes. */
export interface DeleteRowsFlags {
  readonly key?: readonly string[];
  readonly file?: string;
  readonly at?: string;
}

/** Deletes rows of a view by their keys: what is at or before the time goes, and history stays. Prints how many; returns the exit code. */
export async function deleteRows(session: Session, text: string, flags: DeleteRowsFlags): Promise<number> {
  const { view: name, version } = parseViewName(text);
  const view = findView(await session.definitions(), name, version);
  const rows = await rowsOf(session, view, flags);
  const { positions, refusals } = await pushBatches(
    session,
    { project: session.project, featureView: name, version, wait: Wait.DURABLE, requestId: "" },
    rows,
    () => undefined,
  );
  await session.print(
    { project: session.project, view: text, deleted: positions.length, positions, refused: refusals },
    `Deleted ${count(positions.length)} of ${count(rows.length)} rows of ${text}; history keeps what was there before.\n`,
  );
  for (const { row, kind, message } of refusals.slice(0, 10))
    session.note(`Refused row ${row} (${kind}): ${message}`);
  return refusals.length === 0 ? exitCodes.ok : exitCodes.error;
}

async function rowsOf(session: Session, view: CompiledView, flags: DeleteRowsFlags): Promise<PushRow[]> {
  const { nowUs } = session;
  if ((flags.file === undefined) === (flags.key === undefined))
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot tell which rows to delete", {
      hint: "Give --key name=value for each join key, or --file with many keys.",
    });
  if (flags.file === undefined) {
    const keys = parseAssignments(flags.key ?? [], "--key");
    return [rowFromFlags([view], { keys, values: new Map(), eventTime: flags.at, isDelete: true }, nowUs)];
  }
  const atUs = flags.at === undefined ? undefined : parseTime(flags.at, nowUs, "--at");
  const rows = await readJsonRows(session.path(flags.file), "--file");
  return rows.map((json, i) => {
    const row = rowFromJson([view], json, i, { nowUs, isDelete: true });
    return row.eventTimeUs === undefined && atUs !== undefined ? { ...row, eventTimeUs: atUs } : row;
  });
}
