import { collect } from "../harness/collect.ts";
import {
  type LabelRow,
  labelsToArrow,
  timeColumn,
  trainingMessages,
  type TrainingRequest,
} from "../harness/label-rows.ts";
import type { Deployment } from "../harness/start-apps.ts";
import { project } from "../harness/taxi.ts";
import type { BadCase } from "./bad-case.ts";

const train = ({ clients }: Deployment, request: TrainingRequest, arrow?: Uint8Array) =>
  collect(
    clients.retrieval.getTrainingSet(
      trainingMessages(
        {
          project,
          selection: { case: "featureService", value: "driver_v1" },
          ...(arrow === undefined ? {} : { labels: { case: "labelsFollow", value: true } }),
          ...request,
        },
        arrow,
      ),
    ),
  );

function file(path: string, kind: string, code: string, says: RegExp): BadCase {
  return {
    what: `training on ${path}`,
    kind,
    code,
    says,
    call: (deployment) => train(deployment, { labels: { case: "labelsPath", value: path } }),
  };
}

function sent(
  what: string,
  kind: string,
  code: string,
  says: RegExp,
  row: LabelRow,
  request: TrainingRequest = {},
): BadCase {
  return {
    what: `training on ${what}`,
    kind,
    code,
    says,
    call: (deployment) => train(deployment, request, labelsToArrow([row])),
  };
}

const good = { driver: 1n, [timeColumn]: 1n };

/** Wrong calls of OfflineRetrieval. */
export const retrievalCases: readonly BadCase[] = [
  file("../outside.csv", "PATH_NOT_ALLOWED", "InvalidArgument", /\.\.\/outside\.csv/),
  file("/etc/labels.csv", "PATH_NOT_ALLOWED", "InvalidArgument", /\/etc\/labels\.csv/),
  file("linked-labels.csv", "PATH_NOT_ALLOWED", "InvalidArgument", /linked-labels\.csv/),
  file("nowhere.parquet", "FILE_NOT_FOUND", "NotFound", /nowhere\.parquet/),
  file("labels.txt", "INVALID_LABELS", "InvalidArgument", /labels\.txt.*\.parquet or a \.csv/),
  file("no-time.csv", "INVALID_LABELS", "InvalidArgument", /event_timestamp.*driver/s),
  file("no-key.csv", "INVALID_LABELS", "InvalidArgument", /driver/),
  file("words.csv", "INVALID_LABELS", "InvalidArgument", /driver/),
  file("cut-labels.parquet", "DATA_LOSS", "DataLoss", /cut-labels\.parquet/),
  sent("labels without a key", "INVALID_LABELS", "InvalidArgument", /driver/, { [timeColumn]: 1n }),
  sent("labels without a time", "INVALID_LABELS", "InvalidArgument", /event_timestamp/, { driver: 1n }),
  sent("labels with a key of the wrong type", "INVALID_LABELS", "InvalidArgument", /driver/, {
    driver: "one",
    [timeColumn]: 1n,
  }),
  sent("labels with a column of the result", "INVALID_LABELS", "InvalidArgument", /driver_live__trips/, {
    ...good,
    driver_live__trips: 1n,
  }),
  sent("a service that nobody knows", "FEATURE_SERVICE_NOT_FOUND", "NotFound", /driver_v2.*driver_v1/, good, {
    selection: { case: "featureService", value: "driver_v2" },
  }),
  sent(
    "a damaged source",
    "DATA_LOSS",
    "DataLoss",
    /truncated\.parquet/,
    { zone: "a", [timeColumn]: 1n },
    {
      selection: { case: "features", value: { references: ["bad_truncated:trips"] } },
    },
  ),
  {
    what: "training on labels that were never sent",
    kind: "LABELS_NOT_FOUND",
    code: "NotFound",
    says: /0000/,
    call: (deployment) => train(deployment, { labels: { case: "labelsDigest", value: "0".repeat(64) } }),
  },
  {
    what: "training on a digest that is a path",
    kind: "LABELS_NOT_FOUND",
    code: "NotFound",
    says: /passwd/,
    call: (deployment) =>
      train(deployment, { labels: { case: "labelsDigest", value: "../../../etc/passwd" } }),
  },
  {
    what: "training without labels",
    kind: "INVALID_REQUEST",
    code: "InvalidArgument",
    says: /labels/,
    call: (deployment) => train(deployment, {}),
  },
  {
    what: "training on labels of no bytes",
    kind: "INVALID_LABELS",
    code: "InvalidArgument",
    says: /no bytes/,
    call: (deployment) => train(deployment, {}, new Uint8Array(0)),
  },
  {
    what: "training on labels that are not Arrow",
    kind: "INVALID_LABELS",
    code: "InvalidArgument",
    says: /Arrow/,
    call: (deployment) => train(deployment, {}, Buffer.from("driver,event_timestamp\n1,2\n")),
  },
];
