import type { LabelsInit } from "@timewell/client";
import { FeatureStoreError } from "@timewell/errors";
import { readLabels } from "../files/read-labels.ts";
import { tableFormat } from "../files/table-format.ts";
import { Progress } from "../output/progress.ts";
import type { Session } from "../session.ts";

/** Where the label rows of a command are. */
export interface LabelsOptions {
  readonly labels?: string;
  readonly labelsPath?: string;
}

/** The labels as the client takes them; `failure` tells what went wrong while they were read here. */
export interface SentLabels {
  readonly init: LabelsInit;
  readonly failure: () => unknown;
}

/** Opens the label rows that a command names. INVALID_REQUEST unless there is one of the two flags. */
export function sentLabels(
  session: Session,
  options: LabelsOptions,
  reading: { readonly textColumns: readonly string[]; readonly tempDirectory: string },
): SentLabels {
  if ((options.labels === undefined) === (options.labelsPath === undefined)) {
    throw new FeatureStoreError("INVALID_REQUEST", "Cannot tell where the labels are", {
      field: "--labels",
      hint: "Give either --labels FILE or --labels-path PATH.",
    });
  }
  if (options.labelsPath !== undefined)
    return { init: { path: options.labelsPath }, failure: () => undefined };
  const path = session.path(options.labels ?? "");
  tableFormat(path, "--labels");
  const bar = new Progress(session.io, "upload", "bytes");
  let failure: unknown;
  async function* told() {
    let bytes = 0;
    try {
      for await (const chunk of readLabels(path, reading)) {
        bytes += chunk.length;
        bar.update({ done: bytes });
        yield chunk;
      }
    } catch (reason) {
      failure = reason;
      throw reason;
    } finally {
      bar.finish();
    }
  }
  // Read anew where they have to be sent a second time.
  return { init: { arrow: { [Symbol.asyncIterator]: told } }, failure: () => failure };
}
