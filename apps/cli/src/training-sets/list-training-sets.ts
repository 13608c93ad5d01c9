import { toJson } from "@bufbuild/protobuf";
import { TrainingSetRecordSchema, type TrainingSetRecord } from "@timewell/contracts";
import { FeatureStoreError, showValue } from "@timewell/errors";
import { count } from "../output/progress.ts";
import { renderTable } from "../output/table.ts";
import { timeText } from "../output/time-text.ts";
import type { Session } from "../session.ts";
import { findTrainingSets } from "./find-training-sets.ts";
import { doneText, modeText, serviceText } from "./what-was-asked.ts";

const recordsMaxDefault = 100;

/** Options of `timewell training-sets list`. */
export interface ListOptions {
  readonly service?: string;
  readonly limit?: string;
}

/** `timewell training-sets list`. */
export async function listTrainingSets(session: Session, options: ListOptions): Promise<void> {
  const recordsMax = limitOf(options.limit);
  const records = await findTrainingSets(session, { service: options.service, recordsMax });
  const json = { project: session.project, trainingSets: records.map(recordJson) };
  if (records.length === 0)
    return session.print(
      json,
      `No training set of project ${session.project} that was asked for is recorded.\n`,
    );
  const rows = records.map((record) => [
    record.trainingSetId,
    serviceText(record),
    count(record.rows),
    record.snapshotId.slice(0, 12),
    modeText(record),
    timeText(record.createdAtUs),
    doneText(record),
  ]);
  const headers = ["ID", "SERVICE", "ROWS", "SNAPSHOT", "MODE", "CREATED", "SHARDS DONE"];
  const more =
    records.length === recordsMax ? `\nThere may be more: --limit shows more than ${recordsMax}.\n` : "";
  return session.print(json, `${renderTable(headers, rows, ["ROWS"])}${more}`);
}

/** A record as JSON has it. */
export function recordJson(record: TrainingSetRecord): object {
  return toJson(TrainingSetRecordSchema, record) as object;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return recordsMaxDefault;
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new FeatureStoreError("INVALID_VALUE", `Cannot use --limit: got ${showValue(text)}`, {
    field: "--limit",
    hint: "Use a whole number from 1.",
  });
}
