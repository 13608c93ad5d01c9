import { toJson } from "@bufbuild/protobuf";
import { ReceiptSchema, type TrainingSetRecord } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { tableFormat } from "../files/table-format.ts";
import { withTempFolder } from "../files/temp-folder.ts";
import { resolveSelection } from "../inputs/selection.ts";
import { count } from "../output/progress.ts";
import { durationText } from "../output/time-text.ts";
import type { Session } from "../session.ts";
import { findTrainingSet } from "./find-training-sets.ts";
import { receiveTrainingSet } from "./receive-training-set.ts";
import { type LabelsOptions, sentLabels } from "./sent-labels.ts";
import { wholeReceipt } from "./whole-receipt.ts";

/** Options of `timewell training-sets rebuild`. */
export interface RebuildOptions extends LabelsOptions {
  readonly out?: string;
}

/** `timewell training-sets rebuild ID --out FILE`. */
export async function rebuildTrainingSet(
  session: Session,
  id: string,
  options: RebuildOptions,
): Promise<void> {
  if (options.out === undefined)
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot make a training set again: no file is named", {
      field: "--out",
      hint: "Give --out FILE, ending in .parquet, .csv or .arrow.",
    });
  const path = session.path(options.out);
  tableFormat(path, "--out");
  const record = await findTrainingSet(session, id);
  const { trainingSetId, request } = record;
  const hasLabels = options.labels !== undefined || options.labelsPath !== undefined;
  const textColumns = options.labels === undefined ? [] : await textColumnsOf(session, record);
  const startMs = session.io.clock.monotonicMs();
  const receipt = await withTempFolder(async (tempDirectory) => {
    const labels = hasLabels ? sentLabels(session, options, { textColumns, tempDirectory }) : undefined;
    const init = { project: session.project, trainingSetId, labels: labels?.init };
    const eventTimeColumn = request?.eventTimeColumn || "event_timestamp";
    return receiveTrainingSet(session, init, { path, eventTimeColumn }).catch((reason: unknown) => {
      throw labels?.failure() ?? reason;
    });
  });
  const durationMs = session.io.clock.monotonicMs() - startMs;
  const before = wholeReceipt(record);
  const isVerified = before?.digest === receipt.digest;
  if (before !== undefined && !isVerified) throw otherRows(trainingSetId, before.digest, receipt.digest);
  const json = {
    out: path,
    trainingSetId,
    durationMs: Math.round(durationMs),
    verified: isVerified,
    receipt: toJson(ReceiptSchema, receipt),
  };
  const verdict = isVerified
    ? `Verified: its digest ${receipt.digest} is that of the record.\n`
    : `Its digest is ${receipt.digest}. No stream of all rows came to its end before, so there is none to compare it with.\n`;
  const wrote = `Wrote ${count(receipt.rows)} rows of ${trainingSetId} to ${options.out} in ${durationText(durationMs)}.\n`;
  await session.print(json, `${wrote}${verdict}`);
}

/** Columns of CSV labels that stay text. Where the features are not there any more, the server tells what is wrong. */
async function textColumnsOf(session: Session, { request }: TrainingSetRecord): Promise<string[]> {
  const selection = request?.selection;
  if (selection?.case !== "featureService" && selection?.case !== "features") return [];
  try {
    const { keys, requestData } = resolveSelection(await session.definitions(), selection);
    return [...keys, ...requestData].filter(({ type }) => type === "STRING").map(({ name }) => name);
  } catch {
    return [];
  }
}

function otherRows(trainingSetId: string, before: string, now: string): FeatureStoreError {
  return new FeatureStoreError(
    "DATA_LOSS",
    `Cannot make training set ${trainingSetId} again: its rows have digest ${now}, its receipt says ${before}`,
    { hint: "`timewell training-sets describe` shows what it was made of" },
  );
}
